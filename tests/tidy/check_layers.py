"""Who may include whom: reads layers.txt and every #include."""

import fnmatch
import re

from tree import finding, folder_of

TABLE = "tests/tidy/layers.txt"
_INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.MULTILINE)
# Headers of the C++ library and their C wrappers have neither slash nor dot.
_STANDARD = re.compile(r"^[a-z_0-9]+$")
# Made by the build from proto/.
_GENERATED = re.compile(r"^(tacit|google/rpc)/.*\.pb\.h$")


class Layers:
    """The table; its own comment explains the three kinds of line."""

    def __init__(self, text):
        self.rules = {}
        self.only = {}
        classes = {}
        self.errors = []
        for number, line in enumerate(text.split("\n"), 1):
            line = line.split("#", 1)[0].strip()
            if not line:
                continue
            if line.startswith("class ") and "=" in line:
                name, headers = line[len("class "):].split("=", 1)
                classes[name.strip()] = headers.split()
            elif line.startswith("only ") and "->" in line:
                header, files = line[len("only "):].split("->", 1)
                self.only[header.strip()] = files.split()
            elif "->" in line:
                self._add_rule(line, classes)
            else:
                self.errors.append(finding(TABLE, number, "not a rule"))

    def _add_rule(self, line, classes):
        folder, allowed = line.split("->", 1)
        project, _, external = allowed.partition("|")
        headers = []
        for word in external.split():
            headers += classes.get(word, [word])
        self.rules[folder.strip()] = (project.split(), headers)

    def rule_of(self, path):
        """The rule of the file, else of its folder, else of the nearest `FOLDER/**` above it."""
        for place in (path, folder_of(path)):
            if place in self.rules:
                return self.rules[place]
        place = folder_of(path)
        while place:
            if f"{place}/**" in self.rules:
                return self.rules[f"{place}/**"]
            place = folder_of(place)
        return None


def _matches(target, pattern):
    """A file by its name or pattern, a folder's own by the folder, all below it by `folder/**`."""
    if pattern.endswith("**"):
        return target.startswith(pattern[:-2])
    return folder_of(target) == pattern or fnmatch.fnmatchcase(target, pattern)


def _external_matches(target, prefix):
    return target.startswith(prefix) if prefix.endswith("/") else target == prefix


def check(tree):
    """Every include is in the table; a header of the project is named from the root and exists."""
    layers = Layers(tree.text(TABLE))
    findings = list(layers.errors)
    for path in tree.cpp():
        rule = layers.rule_of(path)
        if rule is None:
            findings.append(finding(path, 1, f"its folder has no line in {TABLE}; add one"))
            continue
        code = tree.code(path)
        for match in _INCLUDE.finditer(code):
            line = code.count("\n", 0, match.start()) + 1
            problem = _problem(tree, layers, rule, path, match.group(1), match.group(2))
            if problem:
                findings.append(finding(path, line, problem))
    return findings


def _problem(tree, layers, rule, path, quote, target):
    project, external = rule
    for header, files in layers.only.items():
        if _external_matches(target, header) and not any(_matches(path, file) for file in files):
            return f"{target} may be included only by {', '.join(files)}"
    if quote == "<" and _STANDARD.match(target):
        return None
    if tree.has(target):
        if folder_of(target) == folder_of(path):
            return None
        if any(_matches(target, pattern) for pattern in project):
            return None
        return f"{folder_of(path)} may not include {target}; see {TABLE}"
    if any(_external_matches(target, prefix) for prefix in external):
        return None
    if _GENERATED.match(target):
        return f"{folder_of(path)} may not include generated {target}; see {TABLE}"
    beside = f"{folder_of(path)}/{target}"
    if quote == '"' and tree.has(beside):
        return f'include it from the root: "{beside}"'
    return f"{target} is not listed for {folder_of(path)} in {TABLE}"
