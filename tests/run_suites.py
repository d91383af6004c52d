#!/usr/bin/env python3
"""Runs the test binaries of a build and counts their cases; the last line is the total.

A GTest binary reports by the JSON file that the environment variable GTEST_OUTPUT names. Any other
program reports by lines on stdout: `PASS name`, `FAIL name: why`, `SKIP name: why`.
"""

import argparse
import concurrent.futures
import dataclasses
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
TIMEOUT_SECONDS_DEFAULT = 600
SHOWN_LINES_MAX = 40
SHOWN_FAILURES_MAX = 25
# The long ones start first, so that the last binary does not run alone.
LONG_SUITES = ("e2e", "ledger", "privacy", "tidy")


@dataclasses.dataclass
class Program:
    """One test program as ctest knows it."""

    name: str
    command: list
    suites: list
    timeout_seconds: float = TIMEOUT_SECONDS_DEFAULT
    environment: dict = dataclasses.field(default_factory=dict)
    directory: str = ""


@dataclasses.dataclass
class Outcome:
    """What one program reported. Failures and skips are (case, text) pairs."""

    program: Program
    passed: int = 0
    failures: list = dataclasses.field(default_factory=list)
    skips: list = dataclasses.field(default_factory=list)
    seconds: float = 0.0


def read_programs(build):
    """The tests that ctest lists for a configured build."""
    listing = subprocess.run(
        ["ctest", "--test-dir", str(build), "--show-only=json-v1"],
        check=True, capture_output=True, text=True)
    programs = []
    for test in json.loads(listing.stdout)["tests"]:
        properties = {entry["name"]: entry["value"] for entry in test.get("properties", [])}
        environment = dict(pair.split("=", 1) for pair in properties.get("ENVIRONMENT", []))
        programs.append(Program(
            name=test["name"], command=test.get("command", []), suites=properties.get("LABELS", []),
            timeout_seconds=float(properties.get("TIMEOUT", TIMEOUT_SECONDS_DEFAULT)),
            environment=environment, directory=properties.get("WORKING_DIRECTORY", "")))
    return programs


def cases_of_json(path, outcome):
    """Adds the cases of a GTest report."""
    report = json.loads(path.read_text(encoding="utf-8", errors="replace"))
    for suite in report.get("testsuites", []):
        for case in suite.get("testsuite", []):
            name = f"{suite['name']}.{case['name']}"
            if case.get("failures"):
                text = "\n".join(failure["failure"] for failure in case["failures"])
                outcome.failures.append((name, text))
            elif case.get("status") == "NOTRUN":
                outcome.skips.append((name, "disabled"))
            elif case.get("result") == "SKIPPED":
                outcome.skips.append((name, ""))
            else:
                outcome.passed += 1


def explain_skips(log, outcome):
    """GTest's report has no reasons of skipped cases; its output has."""
    reasons = {}
    pattern = r"^\[ RUN      \] (\S+)\n(.*?)^\[  SKIPPED \] \1"
    for match in re.finditer(pattern, log, re.MULTILINE | re.DOTALL):
        lines = [line.strip() for line in match.group(2).splitlines() if line.strip()]
        reasons[match.group(1)] = " ".join(line for line in lines if ": Skipped" not in line)
    outcome.skips = [(name, text or reasons.get(name) or "no reason given")
                     for name, text in outcome.skips]


def cases_of_broken_gtest(log, outcome):
    """Counts from the output of a binary that died before it could write its report."""
    outcome.passed += len(re.findall(r"^\[       OK \] ", log, re.MULTILINE))
    for name in sorted(set(re.findall(r"^\[  FAILED  \] (\S+) \(\d+ ms\)", log, re.MULTILINE))):
        outcome.failures.append((name, "see the log"))
    started = re.findall(r"^\[ RUN      \] (\S+)", log, re.MULTILINE)
    return started[-1] if started else "no case"


def cases_of_lines(log, outcome):
    """Counts PASS, FAIL and SKIP lines. A FAIL takes the indented lines that follow it."""
    open_failure = None
    for line in log.splitlines():
        match = re.match(r"(PASS|FAIL|SKIP) ([^\s:]+)(?:: (.*))?$", line)
        if match:
            kind, name, text = match.group(1), match.group(2), match.group(3) or ""
            open_failure = None
            if kind == "PASS":
                outcome.passed += 1
            elif kind == "SKIP":
                outcome.skips.append((name, text))
            else:
                open_failure = [text]
                outcome.failures.append((name, open_failure))
        elif open_failure is not None and line.startswith("  "):
            open_failure.append(line)
    outcome.failures = [(name, text if isinstance(text, str) else "\n".join(text))
                        for name, text in outcome.failures]


def tail(text):
    """The last lines of a log, enough to see why it ended."""
    lines = text.rstrip().splitlines()
    return "\n".join(lines[-SHOWN_LINES_MAX:])


def execute(program, scratch, log_path, report_path, time_factor):
    """Runs the program. Returns its exit status, or None when it ran out of time."""
    environment = dict(os.environ, **program.environment)
    environment.update(GTEST_OUTPUT=f"json:{report_path}", GTEST_COLOR="no",
                       TEST_TMPDIR=f"{scratch}/", TMPDIR=scratch)
    with open(log_path, "wb") as log_file:
        process = subprocess.Popen(
            program.command, stdin=subprocess.DEVNULL, stdout=log_file, stderr=subprocess.STDOUT,
            env=environment, cwd=program.directory or None, start_new_session=True)
        try:
            return process.wait(timeout=program.timeout_seconds * time_factor)
        except subprocess.TimeoutExpired:
            # The whole group goes, so that a server that a test started does not outlive it.
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            return None


def run(program, logs, time_factor):
    """Runs one program and reads what it reported."""
    outcome = Outcome(program)
    if not program.command:
        outcome.failures.append((program.name, "is not built"))
        return outcome
    log_path = logs / f"{program.name}.log"
    report_path = logs / f"{program.name}.json"
    report_path.unlink(missing_ok=True)
    scratch = tempfile.mkdtemp(prefix="tacit-test-")
    start = time.monotonic()
    try:
        status = execute(program, scratch, log_path, report_path, time_factor)
    except OSError as error:
        outcome.failures.append((program.name, f"cannot start: {error}"))
        return outcome
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
        outcome.seconds = time.monotonic() - start
    log = log_path.read_text(encoding="utf-8", errors="replace")
    judge(outcome, log, report_path, status)
    return outcome


def judge(outcome, log, report_path, status):
    """Fills the outcome from report, output and exit status; silence counts as failure."""
    name = outcome.program.name
    last_case = ""
    if report_path.exists() and report_path.stat().st_size > 0:
        cases_of_json(report_path, outcome)
    elif "[ RUN      ]" in log:
        last_case = f" in {cases_of_broken_gtest(log, outcome)}"
    else:
        cases_of_lines(log, outcome)
    explain_skips(log, outcome)
    if status is None:
        outcome.failures.append((f"{name}{last_case}", "ran out of time\n" + tail(log)))
    elif status != 0 and (last_case or not outcome.failures):
        outcome.failures.append((f"{name}{last_case}", f"ended with status {status}\n" + tail(log)))
    elif outcome.passed + len(outcome.failures) + len(outcome.skips) == 0:
        outcome.failures.append((name, "reported no case\n" + tail(log)))


def show(outcomes, logs):
    """Prints failures and skips, bounded, then the total."""
    failures = [(o.program.name, case, text) for o in outcomes for case, text in o.failures]
    skips = [(o.program.name, case, text) for o in outcomes for case, text in o.skips]
    for program, case, text in failures[:SHOWN_FAILURES_MAX]:
        lines = text.splitlines() or [""]
        print(f"\nFAILED {program}: {case}")
        for line in lines[:SHOWN_LINES_MAX]:
            print(f"    {line}")
        if len(lines) > SHOWN_LINES_MAX:
            print(f"    ... {len(lines) - SHOWN_LINES_MAX} more lines")
    if failures:
        if len(failures) > SHOWN_FAILURES_MAX:
            print(f"\n... {len(failures) - SHOWN_FAILURES_MAX} more failures")
        print(f"\nwhole output: {os.path.relpath(logs, ROOT)}/PROGRAM.log")
    if skips:
        print("\nskipped:")
        for program, case, text in skips:
            print(f"    {program}: {case}: {text}")
    print()
    passed = sum(outcome.passed for outcome in outcomes)
    line = f"{passed} passed, {len(failures)} failed"
    if skips:
        line += f", {len(skips)} skipped"
    print(line)
    return 0 if passed > 0 and not failures else 1


def select(arguments):
    """The programs of the suites asked for; of all suites when none is named."""
    tidy = Program("tidy_test", [sys.executable, str(ROOT / "tests/tidy/tidy_test.py")], ["tidy"])
    wanted = set(arguments.suites)
    programs = [tidy]
    if wanted != {"tidy"}:
        programs += read_programs(arguments.build)
    if wanted:
        programs = [program for program in programs if wanted & set(program.suites)]
    return sorted(programs, key=lambda p: (not set(p.suites) & set(LONG_SUITES), p.name))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", type=pathlib.Path, required=True)
    parser.add_argument("--time-factor", type=float, default=1.0)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("suites", nargs="*")
    arguments = parser.parse_args()
    try:
        programs = select(arguments)
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"tests/run: cannot list the tests: {error}\n0 passed, 1 failed")
        sys.exit(1)
    logs = ROOT / "build" / "logs" / arguments.build.name
    logs.mkdir(parents=True, exist_ok=True)
    print(f"== running {len(programs)} test programs, {arguments.jobs} at a time", flush=True)
    outcomes = []
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        pending = [pool.submit(run, program, logs, arguments.time_factor) for program in programs]
        for done in concurrent.futures.as_completed(pending):
            outcome = done.result()
            outcomes.append(outcome)
            verdict = "FAIL" if outcome.failures else "ok"
            count = outcome.passed + len(outcome.failures)
            print(f"[{len(outcomes)}/{len(programs)}] {verdict:4} {outcome.program.name}: "
                  f"{count} cases, {outcome.seconds:.1f} s", flush=True)
    sys.exit(show(sorted(outcomes, key=lambda o: o.program.name), logs))


if __name__ == "__main__":
    main()
