"""Names that say nothing, words that are not ours, and calls that have a better replacement."""

import re

from exceptions import Exceptions
from tree import finding, stem_of

# Parts of a name that say nothing about what a thing is.
EMPTY_NAMES = {"util", "utils", "helper", "helpers", "manager", "info", "base", "common"}
_TYPE = re.compile(r"\b(?:class|struct|enum class|enum|union|concept|message|service)\s+"
                   r"(?:\[\[\w+\]\]\s*)?(?:alignas\([^)]*\)\s*)?([A-Z]\w*)"
                   r"|\busing\s+([A-Z]\w*)\s*=")
_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+")

# (pattern, what to use instead, where it is fine)
BANNED_CALLS = (
    (r"#\s*include\s*<random>|\bmt19937\w*|\brandom_device\b|\bstd::\w+_distribution\b",
     "engine/privacy/random, the only source of randomness", ("tests/",)),
    (r"\b(?:std::)?s?rand\s*\(|\brandom\s*\(\)|\bdrand48\b",
     "engine/privacy/random, the only source of randomness", ("tests/",)),
    (r"\bstd::regex\b|#\s*include\s*<regex>", "absl::StrSplit or a hand-written scan", ("tests/",)),
    (r"\bstr(?:n)?(?:cpy|cat)\s*\(", "std::string or absl::StrCat", ()),
    (r"\bv?sprintf\s*\(", "absl::StrFormat or absl::StrCat", ()),
    (r"\bgets\s*\(", "std::getline", ()),
    (r"\b(?:std::)?system\s*\(", "fork and exec with an argument list", ("tests/",)),
    (r"\bpopen\s*\(", "fork and exec with an argument list", ("tests/",)),
    (r"\btmpnam\s*\(|\bmktemp\s*\(", "mkstemp or mkdtemp", ()),
    (r"\b(?:std::)?(?:atoi|atol|atof|strtok)\s*\(", "absl::SimpleAtoi or std::from_chars", ()),
    (r"\busing\s+namespace\b", "names written out, or a using-declaration", ("tests/",)),
    (r"\bthrow\b", "absl::Status made by Refuse", ("tests/",)),
    (r"\bgoto\b", "a function with an early return", ()),
    (r"\b(?:struct|class)\s+\w+ForTest\s*(?:final\s*)?[:{]",
     "a friend declaration; what is defined there breaks seals", ("tests/",)),
    (r"\bassert\s*\(", "TACIT_CHECK, which stays in every build", ("tests/",)),
)

# Written in pieces, so that this file does not hold what it looks for.
_MARKERS = re.compile(
    r"\b(?:" + "|".join(("TO" + "DO", "FIX" + "ME", "X" * 3, "HA" + "CK")) + r")\b")
_MACHINE_PATH = re.compile(r"(?<![\w.~$}])/(?:" + "|".join(("wo" + "rk", "ro" + "ot", "ho" + "me"))
                           + r")/\w")
# The project speaks of itself alone, not of how or by whom it was made.
_WORKPLACE = re.compile(
    r"\b(?:" + "|".join((
        "clau" + "de", "anthro" + "pic", "chat" + "gpt", "ll" + "ms?", "language mod" + "els?",
        "sub-?age" + "nts?", "(?<!user-)(?<!user )age" + "nts?", "cowor" + "kers?",
        "collea" + "gues?", "ji" + "ra", "tick" + "ets?", "spri" + "nts?", "stand" + "up",
        "(?:this|last|previous|earlier) sess" + "ion", r"iss" + r"ues? #?\d+", "the bri" + "ef"))
    + r")\b", re.IGNORECASE)


def check_names(tree):
    """File names and type names of our own."""
    allowed = Exceptions(tree, "names")
    findings = []
    for path in tree.paths:
        parts = {part.lower() for part in re.split(r"[_\-.]", stem_of(path))}
        for part in sorted(parts & EMPTY_NAMES):
            if not allowed.allow(path):
                findings.append(finding(path, 1, f'"{part}" says nothing; name what it does'))
    for path in tree.cpp() + [path for path in tree.paths if path.endswith(".proto")]:
        code = tree.code(path)
        for match in _TYPE.finditer(code):
            name = match.group(1) or match.group(2)
            if not {part.lower() for part in _PARTS.findall(name)} & EMPTY_NAMES:
                continue
            if not allowed.allow(name):
                line = code.count("\n", 0, match.start()) + 1
                findings.append(finding(path, line, f"{name}: say what it is, not that it is one"))
    return findings + allowed.stale()


def check_calls(tree):
    """Banned tokens, outside comments and literals."""
    allowed = Exceptions(tree, "calls")
    findings = []
    for path in tree.cpp():
        lines = tree.code(path).split("\n")
        for pattern, replacement, exempt in BANNED_CALLS:
            if path.startswith(exempt):
                continue
            for number, line in enumerate(lines, 1):
                match = re.search(pattern, line)
                if match and not allowed.allow(f"{path}:{match.group(0).strip('( ')}"):
                    findings.append(
                        finding(path, number, f"{match.group(0)} is banned; use {replacement}"))
    return findings + allowed.stale()


def check_amounts(tree):
    """Epsilon and Delta are types of their own: a bare number can be mixed up or negative."""
    findings = []
    for path in tree.product_cpp():
        for number, line in enumerate(tree.code(path).split("\n"), 1):
            match = re.search(r"\b(?:double|float)\s*&?\s*(epsilon|delta|rho)\b", line)
            if match:
                name = match.group(1)
                findings.append(
                    finding(path, number, f"bare {match.group(0)}; use the type {name.title()}"))
    return findings


def check_words(tree):
    """Leftover markers, paths of one machine, and words of a workplace, in any text file."""
    allowed = Exceptions(tree, "words")
    findings = []
    for path in tree.paths:
        for number, line in enumerate(tree.text(path).split("\n"), 1):
            for pattern, problem in (
                    (_MARKERS, "finish it or leave it out"),
                    (_MACHINE_PATH, "a path of one machine; make it relative or a parameter"),
                    (_WORKPLACE, "speak of the project, not of how it was made")):
                match = pattern.search(line)
                if match and not allowed.allow(f"{path}:{match.group(0).lower()}"):
                    findings.append(finding(path, number, f"{match.group(0)}: {problem}"))
    return findings + allowed.stale()


def check_disabled(tree):
    """A test that does not run says why."""
    findings = []
    for path in tree.cpp():
        lines = tree.text(path).split("\n")
        for number, line in enumerate(lines, 1):
            before = lines[number - 2] if number > 1 else ""
            if re.search(r"\bDISABLED_\w", line) and "because" not in before:
                findings.append(
                    finding(path, number, 'say "Disabled because ..." on the line above'))
            if re.search(r"\bGTEST_SKIP\(\)\s*;", line):
                findings.append(finding(path, number, "GTEST_SKIP() << why it is skipped"))
    return findings
