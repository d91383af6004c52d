"""The layout a newcomer sees: root entries, a sentence a folder, header guards, formatting."""

import concurrent.futures
import re
import shutil
import subprocess

from tree import CPP, finding, folder_of

ROOT_FOLDERS = {"proto", "client", "server", "accountant", "engine", "tests", "deploy", ".ci"}
ROOT_FILES = {"README.md", "PRIVACY.md", "GLOSSARY.md", "CHANGELOG.md", "CMakeLists.txt",
              "CMakePresets.json", ".clang-format", ".gitignore"}
ROOT_FILES_OPTIONAL = {"LICENSE"}
SOURCES = CPP + (".proto", ".py", ".test")
# These say it once, at their top.
ONE_README = ("proto/", "tests/golden/")
FORMAT_FILES_PER_RUN = 16


def check_root(tree):
    """Only the entries of the layout stand at the root, and all its documents do."""
    findings = []
    for path in tree.paths:
        top = path.split("/", 1)[0]
        if top not in ROOT_FOLDERS | ROOT_FILES | ROOT_FILES_OPTIONAL:
            findings.append(finding(path, 1, f"{top} is not in the layout; move it into a folder"))
    for name in sorted(ROOT_FILES):
        if not tree.has(name):
            findings.append(finding(name, 1, "missing at the root"))
    return findings


def check_readmes(tree):
    """Each folder with sources opens its README.md with one sentence that says what it is for."""
    findings = []
    wanted = {folder_of(path) for path in tree.paths if path.endswith(SOURCES)}
    for folder in sorted(wanted):
        # Below tests/ stands the same tree again; its folders are explained where the sources are.
        mirrored = folder.removeprefix("tests/")
        if mirrored != folder and any(path.startswith(f"{mirrored}/") for path in tree.paths):
            continue
        above = next((top for top in ONE_README if f"{folder}/".startswith(top)), f"{folder}/")
        readme = f"{above}README.md"
        if not tree.has(readme):
            findings.append(finding(readme, 1, "missing; begin it with what the folder is for"))
            continue
        first = tree.text(readme).split("\n", 1)[0]
        if not re.match(r"[A-Z0-9`\"].*[.!?]( TRUSTED)?$", first):
            findings.append(finding(readme, 1, "the first line is not one sentence"))
    return findings


def check_guards(tree):
    """A header's guard is its path, so that no two can shadow each other."""
    findings = []
    for path in tree.cpp():
        if not path.endswith(".h"):
            continue
        guard = "TACIT_" + re.sub(r"[^A-Z0-9]", "_", path.upper()) + "_"
        code = tree.code(path)
        if not re.search(rf"^#ifndef {guard}\n#define {guard}$", code, re.MULTILINE):
            findings.append(finding(path, 1, f"guard it with {guard}"))
    return findings


def check_format(tree):
    """clang-format has nothing to change."""
    program = shutil.which("clang-format")
    if program is None:
        return [finding("deploy/install-packages", 1, "clang-format is not installed")]
    paths = tree.cpp()
    groups = [paths[i:i + FORMAT_FILES_PER_RUN] for i in range(0, len(paths), FORMAT_FILES_PER_RUN)]

    def run(group):
        result = subprocess.run([program, "--dry-run", "-Werror", *group], cwd=tree.root,
                                capture_output=True, text=True)
        return re.findall(r"^(\S+?):(\d+):\d+: error", result.stderr, re.MULTILINE)

    first_lines = {}
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for places in pool.map(run, groups):
            for path, line in places:
                first_lines.setdefault(path, line)
    return [finding(path, line, f"clang-format -i {path}") for path, line in first_lines.items()]
