"""Nothing grows past what one person reads in one sitting."""

import ast
import re

from tree import CPP, finding, folder_of

FILE_LINES_MAX = 400
FUNCTION_LINES_MAX = 70
LINE_COLUMNS_MAX = 100

# Trusted parts: name, folders (files directly in them), most lines of .h and .cc together.
TRUSTED_PARTS = (
    ("SQL core", ("engine/privacy",), 2079),
    ("mechanisms and randomness", ("engine/privacy/mechanisms", "engine/privacy/random"), 1100),
    ("training core", ("engine/privacy/clipped_sum",), 1500),
    ("ledger store", ("accountant/ledger",), 1500),
    ("spending decision and its words", ("accountant",), 2150),
    ("reading a ledger", ("accountant/reading",), 200),
    ("leases", ("accountant/lease",), 320),
    ("budgets", ("accountant/budgets",), 1210),
    ("second opinion", ("accountant/audit",), 700),
    ("second opinion on training", ("accountant/audit/training",), 320),
    ("loss numerics", ("accountant/loss",), 1640),
    ("loss distributions", ("accountant/loss/distribution",), 920),
)


def _sized(tree):
    return tree.cpp() + tree.python() + tree.scripts()


def check_files(tree):
    findings = []
    for path in _sized(tree):
        lines = tree.text(path).count("\n")
        if lines > FILE_LINES_MAX:
            findings.append(
                finding(path, lines, f"{lines} lines; split it, {FILE_LINES_MAX} is the most"))
    return findings


def check_lines(tree):
    findings = []
    for path in _sized(tree):
        for number, line in enumerate(tree.text(path).split("\n"), 1):
            # Neither a long name to include nor a long address can be broken.
            if len(line) > LINE_COLUMNS_MAX and not re.search(r"#include|https?://", line):
                findings.append(
                    finding(path, number, f"{len(line)} columns; {LINE_COLUMNS_MAX} is the most"))
    return findings


def check_functions(tree):
    findings = []
    for path in tree.cpp():
        findings += _too_long(path, cpp_functions(tree.code(path)))
    for path in tree.python():
        findings += _too_long(path, _python_functions(tree.text(path)))
    for path in tree.scripts():
        findings += _too_long(path, _bash_functions(tree.text(path)))
    return findings


def check_trusted(tree):
    findings = []
    for name, folders, lines_max in TRUSTED_PARTS:
        paths = [path for path in tree.cpp() if folder_of(path) in folders]
        lines = sum(tree.text(path).count("\n") for path in paths if path.endswith(CPP))
        if lines > lines_max:
            findings.append(finding(folders[0], 0, f"{name}: {lines} lines of .h and .cc; "
                                                   f"{lines_max} is the most, move something out"))
    return findings


def _too_long(path, functions):
    findings = []
    for name, first, last in functions:
        lines = last - first + 1
        if lines > FUNCTION_LINES_MAX:
            findings.append(
                finding(path, first, f"{name}: {lines} lines; {FUNCTION_LINES_MAX} is the most"))
    return findings


def _python_functions(text):
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node.name, node.lineno, node.end_lineno


def _bash_functions(text):
    name, first = "", 0
    for number, line in enumerate(text.split("\n"), 1):
        match = re.match(r"(\w+)\(\) [{(]", line)
        if match:
            name, first = match.group(1), number
        elif name and re.match(r"[})]", line):
            yield name, first, number
            name = ""


_NOT_FUNCTIONS = re.compile(r"^\s*(namespace|extern|class|struct|union|enum|export)\b")
_TRAILER = re.compile(r"(\)|\bconst|\bnoexcept|\boverride|\bfinal|->\s*[\w:<>,&*\s]+)\s*$")
_MEMBER_INITIALISER = re.compile(r"\)[^;{}]*:\s*[^;]*\w$", re.DOTALL)


def cpp_functions(code):
    """Yields (name, first line, last line) of outermost functions in formatted code."""
    code = _without_directives(code)
    blocks = []  # (kind, head, line where the head begins)
    head_start = 0
    for match in re.finditer(r"[{};]|\b(?:public|private|protected):", code):
        position, token = match.start(), match.group(0)
        in_function = any(kind == "function" for kind, _, _ in blocks)
        if token == "{":
            head = code[head_start:position]
            within = bool(blocks) and blocks[-1][0] == "init"
            kind = "inner" if in_function else _kind_of(head, within)
            lead = len(head) - len(head.lstrip())
            blocks.append((kind, head.strip(), code.count("\n", 0, head_start + lead) + 1))
            if kind != "init":
                head_start = position + 1
        elif token == "}":
            kind, head, line = blocks.pop() if blocks else ("stray", "", 0)
            if kind == "function":
                yield _name_of(head), line, code.count("\n", 0, position) + 1
            # A brace in a constructor's initialiser list belongs to the head that it stands in.
            if kind != "init":
                head_start = position + 1
        elif not (blocks and blocks[-1][0] == "init"):
            head_start = position + len(token)


def _kind_of(head, within_initialiser):
    text = head.strip()
    if within_initialiser:
        return "init"
    if _NOT_FUNCTIONS.match(text) or not text or "(" not in text:
        return "block"
    if _TRAILER.search(text) or text.endswith("}"):
        return "function"
    if _MEMBER_INITIALISER.search(text):
        return "init"
    return "block"


def _name_of(head):
    before = head.split("(", 1)[0].strip()
    arguments = head.split("(", 1)[1].split(")", 1)[0]
    name = before.split()[-1] if before else "lambda"
    return f"{name}({arguments})" if name.startswith("TEST") else name


def _without_directives(code):
    """Blanks preprocessor lines, continuations included: a macro's braces need not balance."""
    kept, continued = [], False
    for line in code.split("\n"):
        directive = continued or line.lstrip().startswith("#")
        continued = directive and line.endswith("\\")
        kept.append("" if directive else line)
    return "\n".join(kept)
