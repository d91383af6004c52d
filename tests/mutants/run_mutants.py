#!/usr/bin/env python3
"""Seeds one fault at a time and runs the tests that should notice; see README.md."""

import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import time
import tomllib

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
COPY = ROOT / "build" / "mutants" / "tree"
BUILD = ROOT / "build" / "mutants" / "build"
TABLE = pathlib.Path(__file__).resolve().parent / "mutants.toml"
TEST_SECONDS_MAX = 240
SHOWN_LINES_MAX = 30


class Trouble(Exception):
    """The mutant itself is wrong, or the tree fails without it."""


def copy_tree():
    """The files git knows or would know, as they are now; only changed ones are touched."""
    listing = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "-z"],
        cwd=ROOT, check=True, capture_output=True).stdout.decode()
    wanted = {name for name in listing.split("\0") if name and (ROOT / name).is_file()}
    for name in sorted(wanted):
        source, target = ROOT / name, COPY / name
        content = source.read_bytes()
        if target.exists() and target.read_bytes() == content:
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        shutil.copymode(source, target)
    for path in COPY.rglob("*"):
        if path.is_file() and str(path.relative_to(COPY)) not in wanted:
            path.unlink()


def run(command, **options):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          errors="replace", check=False, **options)


def configure():
    environment = dict(os.environ, CCACHE_BASEDIR=str(COPY), CCACHE_NOHASHDIR="1")
    os.environ.update(environment)
    done = run(["cmake", "--preset", "dev", "-B", str(BUILD), "-Wno-dev"], cwd=COPY)
    if done.returncode != 0:
        raise Trouble("configuring failed\n" + done.stdout)


def build(targets):
    return run(["cmake", "--build", str(BUILD), "--parallel", str(os.cpu_count()),
                "--target", *sorted(targets)])


def test_programs():
    """By name, the path of each test binary."""
    listing = run(["ctest", "--test-dir", str(BUILD), "--show-only=json-v1"]).stdout

    tests = json.loads(listing[listing.index("{"):])["tests"]
    return {test["name"]: test["command"] for test in tests if "command" in test}


def passes(command):
    """Whether a test program ends well in time."""
    try:
        return run(command, timeout=TEST_SECONDS_MAX, cwd=BUILD).returncode == 0
    except subprocess.TimeoutExpired:
        return False


def seed(mutant):
    """Writes the fault into the copy and returns what undoes it."""
    path = COPY / mutant["file"]
    text = path.read_text(encoding="utf-8")
    if text.count(mutant["old"]) != 1:
        raise Trouble(f"`old` stands {text.count(mutant['old'])} times in {mutant['file']}")
    path.write_text(text.replace(mutant["old"], mutant["new"]), encoding="utf-8")
    return lambda: path.write_text(text, encoding="utf-8")


def killer_of(mutant, programs):
    """The first test that notices, or None."""
    undo = seed(mutant)
    try:
        built = build(mutant["tests"])
        if built.returncode != 0:
            lines = built.stdout.splitlines()[-SHOWN_LINES_MAX:]
            raise Trouble("it does not compile\n" + "\n".join(lines))
        for test in mutant["tests"]:
            if not passes(programs[test]):
                return test
        return None
    finally:
        undo()


def check_table(mutants):
    names = [mutant["name"] for mutant in mutants]
    for name in names:
        if names.count(name) > 1:
            raise Trouble(f"two mutants are called {name}")
    for mutant in mutants:
        text = (ROOT / mutant["file"]).read_text(encoding="utf-8")
        if text.count(mutant["old"]) != 1:
            raise Trouble(f"{mutant['name']}: `old` stands {text.count(mutant['old'])} times in "
                          f"{mutant['file']}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="only these mutants")
    parser.add_argument("--check", action="store_true", help="only that each can be seeded")
    arguments = parser.parse_args()
    mutants = tomllib.loads(TABLE.read_text(encoding="utf-8"))["mutant"]
    check_table(mutants)
    if arguments.check:
        print(f"{len(mutants)} mutants can be seeded")
        return 0
    if arguments.names:
        mutants = [mutant for mutant in mutants if mutant["name"] in arguments.names]
    copy_tree()
    configure()
    targets = {test for mutant in mutants for test in mutant["tests"]}
    print(f"== building {len(targets)} tests without faults", flush=True)
    built = build(targets)
    if built.returncode != 0:
        raise Trouble("the tree does not build\n" + built.stdout[-4000:])
    programs = test_programs()
    for test in sorted(targets):
        if not passes(programs[test]):
            raise Trouble(f"{test} fails without any fault")
    killed = 0
    for number, mutant in enumerate(mutants, 1):
        start = time.monotonic()
        try:
            killer = killer_of(mutant, programs)
            said = f"lives, although {', '.join(mutant['tests'])} ran"
        except Trouble as trouble:
            killer, said = None, str(trouble)
        killed += killer is not None
        verdict = f"PASS {mutant['name']}: killed by {killer}" if killer else (
            f"FAIL {mutant['name']}: {said}")
        print(f"[{number}/{len(mutants)} {time.monotonic() - start:.0f}s] {verdict}", flush=True)
    print(f"mutants killed {killed}/{len(mutants)}")
    print(f"{killed} passed, {len(mutants) - killed} failed")
    return 0 if killed == len(mutants) else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Trouble as trouble:
        print(f"tests/mutants: {trouble}", file=sys.stderr)
        print("0 passed, 1 failed")
        sys.exit(1)
