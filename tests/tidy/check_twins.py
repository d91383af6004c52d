"""What must stand beside a source file: its test, its CMake entry, its proof, its registry line."""

import re

from tree import finding, folder_of, stem_of

UNTWINNED = "tests/tidy/untwinned.txt"
TWINNED_TREES = ("accountant/", "engine/", "server/", "client/")
MECHANISMS = "engine/privacy/mechanisms"
PROOF_HEADINGS = ("Claim", "Needs", "Steps", "Numbers", "Tests")


def _reasons(tree):
    """Lines `path: reason` of untwinned.txt as {path: line number}, and those without a reason."""
    entries, findings = {}, []
    if not tree.has(UNTWINNED):
        return entries, findings
    for number, line in enumerate(tree.text(UNTWINNED).split("\n"), 1):
        if not line.strip() or line.startswith("#"):
            continue
        path, _, reason = line.partition(": ")
        entries[path] = number
        if not reason.strip():
            findings.append(finding(UNTWINNED, number, f"{path}: give the reason after a colon"))
    return entries, findings


def twin_of(path):
    return f"tests/{folder_of(path)}/{stem_of(path)}_test.cc"


def check_tests(tree):
    """Every source file has its test, or a reason not to."""
    reasons, findings = _reasons(tree)
    for path in tree.paths:
        if not (path.startswith(TWINNED_TREES) and path.endswith(".cc")):
            continue
        if not tree.has(twin_of(path)) and path not in reasons:
            findings.append(
                finding(path, 1, f"no {twin_of(path)}; write it, or say why not in {UNTWINNED}"))
    for path, number in reasons.items():
        if not tree.has(path):
            findings.append(finding(UNTWINNED, number, f"{path} does not exist"))
        elif tree.has(twin_of(path)):
            findings.append(finding(UNTWINNED, number, f"{path} has a twin; remove the line"))
    return findings


def check_built(tree):
    """Every source file is in the nearest CMakeLists.txt at or above it."""
    findings = []
    for path in tree.paths:
        if not path.endswith((".cc", ".proto")):
            continue
        folder = folder_of(path)
        while folder and not tree.has(f"{folder}/CMakeLists.txt"):
            folder = folder_of(folder)
        listing = f"{folder}/CMakeLists.txt" if folder else "CMakeLists.txt"
        name = path[len(folder) + 1:] if folder else path
        if not tree.has(listing) or not _names(tree.text(listing), name):
            findings.append(finding(path, 1, f"{listing} does not name {name}"))
    return findings


def _names(listing, name):
    """Whether a CMakeLists.txt names the file, itself or as a word of a loop over ${WORD}.cc."""
    words = set(re.split(r'[\s()";]+', listing))
    if name in words:
        return True
    for suffix in ("_test.cc", ".cc"):
        looped = re.search(r"\$\{\w+\}" + re.escape(suffix), listing)
        if looped and name.endswith(suffix) and name.removesuffix(suffix) in words:
            return True
    return False


def check_mechanisms(tree):
    """A mechanism is header, source, proof, test and registry line, or it is not one."""
    findings = []
    registry = f"{MECHANISMS}/registry.cc"
    lines = tree.text(registry) if tree.has(registry) else ""
    for path in tree.paths:
        if folder_of(path) != MECHANISMS or not path.endswith((".cc", ".proof.md")):
            continue
        stem = stem_of(path.removesuffix(".proof.md") + ".x" if path.endswith(".md") else path)
        if stem == "registry":
            continue
        wanted = [f"{MECHANISMS}/{stem}{suffix}" for suffix in (".h", ".cc", ".proof.md")]
        wanted.append(f"tests/{MECHANISMS}/{stem}_test.cc")
        for file in wanted:
            if not tree.has(file):
                findings.append(finding(path, 1, f"the mechanism has no {file}"))
        # Choices made with noise are functions of their own; noise that is added is registered.
        is_additive = "extern const Mechanism" in tree.text(f"{MECHANISMS}/{stem}.h") if tree.has(
            f"{MECHANISMS}/{stem}.h") else True
        if is_additive and f"{stem}.h" not in lines:
            findings.append(finding(path, 1, f"{registry} has no line for {stem}"))
    return findings


def _found_upwards(tree, folder, name):
    """Whether the file is in the folder or in one above it."""
    while folder and not tree.has(f"{folder}/{name}"):
        folder = folder_of(folder)
    return tree.has(f"{folder}/{name}" if folder else name)


def check_proofs(tree):
    """A proof that a header names exists; a proof file has its five headings, readable."""
    findings = []
    for path in tree.product_cpp():
        for number, line in enumerate(tree.text(path).split("\n"), 1):
            for name in re.findall(r"[\w./-]*\w\.proof\.md", line):
                if not _found_upwards(tree, folder_of(path), name):
                    findings.append(finding(path, number, f"{name} does not exist"))
    for path in tree.paths:
        if path.endswith(".proof.md"):
            headings = re.findall(r"^(?:#+\s*|\*\*)(\w+)", tree.text(path), re.MULTILINE)
            for heading in PROOF_HEADINGS:
                if heading not in headings:
                    findings.append(finding(path, 1, f'no part "{heading}"'))
            for number, line in enumerate(tree.text(path).split("\n"), 1):
                if re.match(r"#+\w|\*\*\w+\.\*\*\w", line):
                    findings.append(
                        finding(path, number, "no space after a heading; formatted as code?"))
    return findings
