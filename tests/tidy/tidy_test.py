#!/usr/bin/env python3
"""The laws of the house as a test: prints `PASS check` or `FAIL check: why`, findings below it.

Usage: tidy_test.py [CHECK...]   the checks to run; without, all of them and their own tests.
"""

import pathlib
import sys

sys.dont_write_bytecode = True  # Nothing but sources stands in this folder.

import check_docs
import check_layers
import check_names
import check_sizes
import check_twins
import self_test
from tree import Tree

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent

CHECKS = {
    "layers": check_layers.check,
    "file-sizes": check_sizes.check_files,
    "function-sizes": check_sizes.check_functions,
    "line-lengths": check_sizes.check_lines,
    "trusted-sizes": check_sizes.check_trusted,
    "names": check_names.check_names,
    "calls": check_names.check_calls,
    "amounts": check_names.check_amounts,
    "words": check_names.check_words,
    "disabled": check_names.check_disabled,
    "tests": check_twins.check_tests,
    "built": check_twins.check_built,
    "mechanisms": check_twins.check_mechanisms,
    "proofs": check_twins.check_proofs,
    "root": check_docs.check_root,
    "readmes": check_docs.check_readmes,
    "guards": check_docs.check_guards,
    "format": check_docs.check_format,
}


def report(name, findings):
    """One line a check, then where. Returns whether it passed."""
    if not findings:
        print(f"PASS {name}")
        return True
    print(f"FAIL {name}: {len(findings)} found")
    for text in findings:
        print(f"  {text}")
    return False


def main():
    wanted = sys.argv[1:] or list(CHECKS)
    unknown = [name for name in wanted if name not in CHECKS]
    if unknown:
        print(f"no check {unknown[0]}; there are: {' '.join(CHECKS)}", file=sys.stderr)
        sys.exit(2)
    tree = Tree(ROOT)
    passed = True
    for name in wanted:
        passed &= report(name, CHECKS[name](tree))
    if len(sys.argv) == 1:
        for name in CHECKS:
            passed &= report(f"{name}-is-awake", self_test.run(name, CHECKS[name]))
    sys.exit(0 if passed else 1)


if __name__ == "__main__":
    main()
