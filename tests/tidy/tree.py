"""The files that the checks look at, and the C++ text reduced to what they need."""

import functools
import pathlib
import re
import subprocess

CPP = (".h", ".cc")
# Folders that a build or a demo makes at the root; needed only where git does not answer.
MADE_AT_ROOT = {"build", "demo", ".git"}


class Finding(str):
    """One violation: `path:line: what is wrong and what to do`."""


def finding(path, line, text):
    return Finding(f"{path}:{line}: {text}")


class Tree:
    """All files of a checkout that are tracked or could be: paths are relative, with slashes."""

    def __init__(self, root):
        self.root = pathlib.Path(root)
        self.paths = sorted(path for path in self._list() if (self.root / path).is_file())

    def _list(self):
        command = ["git", "-C", str(self.root), "ls-files", "-z",
                   "--cached", "--others", "--exclude-standard"]
        try:
            listing = subprocess.run(command, capture_output=True, text=True, check=True)
            top = subprocess.run(["git", "-C", str(self.root), "rev-parse", "--show-toplevel"],
                                 capture_output=True, text=True, check=True).stdout.strip()
            if pathlib.Path(top) == self.root.resolve():
                return [path for path in listing.stdout.split("\0") if path]
        except (OSError, subprocess.CalledProcessError):
            pass
        return [str(path.relative_to(self.root)) for path in self.root.rglob("*")
                if path.relative_to(self.root).parts[0] not in MADE_AT_ROOT
                and "__pycache__" not in path.parts]

    def has(self, path):
        return path in self._set

    @functools.cached_property
    def _set(self):
        return set(self.paths)

    @functools.lru_cache(maxsize=None)
    def text(self, path):
        return (self.root / path).read_text(encoding="utf-8", errors="replace")

    @functools.lru_cache(maxsize=None)
    def code(self, path):
        """C++ without comments and what stands in literals; lines keep their number."""
        return strip_cpp(self.text(path))

    def cpp(self):
        return [path for path in self.paths if path.endswith(CPP)]

    def product_cpp(self):
        return [path for path in self.cpp() if not path.startswith("tests/")]

    def scripts(self):
        """Bash scripts: by first line, since ours have no suffix."""
        return [path for path in self.paths
                if "." not in pathlib.PurePosixPath(path).name.lstrip(".") or path.endswith(".sh")
                if self.text(path).startswith("#!") and "bash" in self.text(path).split("\n", 1)[0]]

    def python(self):
        return [path for path in self.paths if path.endswith(".py")]


def folder_of(path):
    return path.rsplit("/", 1)[0] if "/" in path else ""


def stem_of(path):
    return path.rsplit("/", 1)[-1].rsplit(".", 1)[0]


_LEXEMES = re.compile(
    r"""//[^\n]*|/\*.*?\*/|R"(?P<raw>[^(\s]*)\(.*?\)(?P=raw)"|"(?:\\.|[^"\\\n])*\""""
    r"""|(?<![0-9A-Fa-f])'(?:\\.|[^'\\\n])+'""", re.DOTALL)


def strip_cpp(text):
    def blank(match):
        token = match.group(0)
        # Names of included files stay: they are what the layer check reads.
        line = text[text.rfind("\n", 0, match.start()) + 1:match.start()]
        if token.startswith('"') and re.match(r"\s*#\s*include\s*$", line):
            return token
        kept = '""' if token[0] in "\"R" else "''" if token[0] == "'" else ""
        return kept + "\n" * token.count("\n")

    return _LEXEMES.sub(blank, text)
