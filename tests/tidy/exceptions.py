"""Reads exceptions.txt: what a check may overlook, each with its reason."""

from tree import finding

PATH = "tests/tidy/exceptions.txt"


class Exceptions:
    """Lines `check subject: reason`. An entry that nothing needs any more is a finding itself."""

    def __init__(self, tree, check):
        self._lines = {}
        self._used = set()
        self.errors = []
        if not tree.has(PATH):
            return
        for number, line in enumerate(tree.text(PATH).split("\n"), 1):
            if not line.strip() or line.startswith("#"):
                continue
            head, _, reason = line.partition(": ")
            words = head.split()
            if len(words) != 2 or not reason.strip():
                self.errors.append(finding(PATH, number, "write `check subject: reason`"))
            elif words[0] == check:
                self._lines[words[1]] = number

    def allow(self, subject):
        if subject in self._lines:
            self._used.add(subject)
            return True
        return False

    def stale(self):
        return self.errors + [finding(PATH, number, f"{subject} needs no exception any more")
                              for subject, number in self._lines.items()
                              if subject not in self._used]
