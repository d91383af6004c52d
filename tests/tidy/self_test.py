"""Feeds each check a clean tree, then the same with one violation: no check can rot unseen."""

import pathlib
import tempfile

from tree import Tree


def _header(path, body):
    guard = "TACIT_" + path.upper().replace("/", "_").replace(".", "_") + "_"
    return f"#ifndef {guard}\n#define {guard}\n\n{body}\n\n#endif  // {guard}\n"


_FUNCTION = "int Long() {\n" + "  ++calls;\n" * 70 + "}\n"
_NOISE = "engine/privacy/mechanisms/noise"

# A checkout in small, that breaks no law.
CLEAN = {
    ".clang-format": "BasedOnStyle: Google\nColumnLimit: 100\n",
    ".gitignore": "/build/\n",
    "README.md": "What it is for.\n",
    "PRIVACY.md": "What is promised.\n",
    "GLOSSARY.md": "What words mean.\n",
    "CHANGELOG.md": "What changed.\n",
    "CMakeLists.txt": "project(x)\n",
    "CMakePresets.json": "{}\n",
    "accountant/README.md": "What has been spent, and may it be spent.\n",
    "accountant/CMakeLists.txt": "tacit_library(NAME accountant SRCS filter.cc)\n",
    "accountant/filter.h": _header("accountant/filter.h", "namespace tacit {}"),
    "accountant/filter.cc": '#include "accountant/filter.h"\n\n#include <vector>\n\n'
                            '#include "absl/status/status.h"\n',
    "tests/accountant/CMakeLists.txt": "tacit_test(NAME filter_test SRCS filter_test.cc)\n",
    "tests/accountant/filter_test.cc": '#include "accountant/filter.h"\n\n#include <random>\n',
    "engine/privacy/mechanisms/README.md": "Noise, one file each.\n",
    "engine/privacy/mechanisms/CMakeLists.txt": "tacit_library(SRCS noise.cc registry.cc)\n",
    "engine/privacy/mechanisms/registry.cc": '#include "engine/privacy/mechanisms/noise.h"\n',
    f"{_NOISE}.h": _header(f"{_NOISE}.h",
                           "// Proof: noise.proof.md\nextern const Mechanism kNoise;"),
    f"{_NOISE}.cc": f'#include "{_NOISE}.h"\n',
    f"{_NOISE}.proof.md": "# Noise\n\n## Claim\n## Needs\n## Steps\n## Numbers\n## Tests\n",
    f"tests/{_NOISE}_test.cc": f'#include "{_NOISE}.h"\n',
    "tests/engine/privacy/mechanisms/CMakeLists.txt": "tacit_test(SRCS noise_test.cc)\n",
    "tests/tidy/layers.txt": "accountant -> | absl/\nengine/privacy/mechanisms -> accountant\n"
                             "tests/** -> ** | gtest/\nonly sqlite3.h -> accountant/store.cc\n",
    "tests/tidy/untwinned.txt": "engine/privacy/mechanisms/registry.cc: a list.\n",
}

# check -> violations, each {path: text to put there; None removes the file}.
VIOLATIONS = {
    "layers": [
        {"accountant/filter.cc": f'#include "{_NOISE}.h"\n'},
        {"accountant/filter.cc": "#include <grpcpp/grpcpp.h>\n"},
        {"accountant/filter.cc": "#include <sqlite3.h>\n"},
        {"accountant/filter.cc": '#include "filter.h"\n'},
        {"tests/accountant/filter_test.cc": "#include <sqlite3.h>\n"},
        {"engine/fresh/new.h": _header("engine/fresh/new.h", "")},
    ],
    "file-sizes": [
        {"accountant/filter.cc": "\n" * 401},
        {"tests/run": "#!/usr/bin/env bash\n" + "\n" * 400},
        {"tests/accountant/x.py": "\n" * 401},
    ],
    "function-sizes": [
        {"accountant/filter.cc": f"namespace tacit {{\n\n{_FUNCTION}\n}}\n"},
        {"accountant/filter.cc": "struct A {\n  A(int x) : x_{x}, y_(x) {\n"
                                 + "    x_++;\n" * 70 + "  }\n};\n"},
        {"tests/accountant/filter_test.cc": "TEST(A, B) {\n" + "  F([] { G(); });\n" * 70 + "}\n"},
        {"tests/accountant/x.py": "def f():\n" + "    pass\n" * 70},
        {"deploy/demo": "#!/usr/bin/env bash\nf() {\n" + "  true\n" * 70 + "}\n"},
    ],
    "line-lengths": [
        {"accountant/filter.cc": "// " + "x" * 98 + "\n"},
        {"deploy/demo": "#!/usr/bin/env bash\n# " + "x" * 99 + "\n"},
    ],
    "trusted-sizes": [{f"accountant/ledger/part{i}.h": "\n" * 390 for i in range(5)}],
    "names": [
        {"accountant/string_util.h": ""},
        {"accountant/filter.cc": "class LedgerManager {};\n"},
        {"accountant/filter.cc": "using BaseRow = int;\n"},
        {"accountant/filter.cc": "enum class RowInfo { kA };\n"},
    ],
    "calls": [
        {"accountant/filter.cc": "#include <random>\n"},
        {"accountant/filter.cc": "int x = rand();\n"},
        {"accountant/filter.cc": "using namespace std;\n"},
        {"accountant/filter.cc": "void F() { system(x); }\n"},
        {"accountant/filter.cc": "void F() { strcpy(a, b); }\n"},
        {"accountant/filter.cc": "void F() { sprintf(a, b); }\n"},
        {"accountant/filter.cc": "std::regex pattern;\n"},
        {"accountant/filter.cc": "struct SealBreakerForTest {\n};\n"},
        {"tests/accountant/filter_test.cc": "void F() { strcpy(a, b); }\n"},
    ],
    "amounts": [
        {"accountant/filter.h": "void Spend(double epsilon);\n"},
        {"accountant/filter.h": "void Spend(int a,\n           const double& delta);\n"},
    ],
    "words": [
        {"accountant/filter.cc": "// TO" + "DO: later\n"},
        {"deploy/demo": "#!/usr/bin/env bash\ncd /wo" + "rk/main\n"},
        {"README.md": "See tick" + "et 7.\n"},
    ],
    "disabled": [
        {"tests/accountant/filter_test.cc": "TEST(A, DISABLED_B) {}\n"},
        {"tests/accountant/filter_test.cc": "TEST(A, B) { GTEST_SKIP(); }\n"},
    ],
    "tests": [
        {"tests/accountant/filter_test.cc": None},
        {"tests/tidy/untwinned.txt": "engine/privacy/mechanisms/registry.cc:\n"},
        {"tests/tidy/untwinned.txt": "engine/privacy/mechanisms/registry.cc: a list.\n"
                                     "accountant/gone.cc: was here once.\n"},
    ],
    "built": [
        {"accountant/CMakeLists.txt": "tacit_library(NAME accountant SRCS other_filter.cc)\n"},
    ],
    "mechanisms": [
        {f"{_NOISE}.proof.md": None},
        {f"{_NOISE}.h": None},
        {f"tests/{_NOISE}_test.cc": None},
        {"engine/privacy/mechanisms/registry.cc": "\n"},
    ],
    "proofs": [
        {f"{_NOISE}.proof.md": None},
        {f"{_NOISE}.proof.md": "# Noise\n\n## Claim\n"},
        {f"{_NOISE}.proof.md": "#Noise\n\n**Claim.**It holds.\n"},
    ],
    "root": [
        {"scripts/tool.py": ""},
        {"notes.md": ""},
        {"PRIVACY.md": None},
    ],
    "readmes": [
        {"accountant/README.md": None},
        {"accountant/README.md": "# Accountant\n"},
    ],
    "guards": [{"accountant/filter.h": "#pragma once\n"}],
    "format": [{"accountant/filter.cc": "int  x;\n"}],
}


def _write(root, files):
    for path, text in files.items():
        if text is not None:
            place = root / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, encoding="utf-8")


def _findings(check, files):
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        _write(root, files)
        return check(Tree(root))


def run(name, check):
    """What is wrong with the check: a complaint about a clean tree, or a violation not seen."""
    problems = [f"complains of a clean tree: {text}" for text in _findings(check, CLEAN)]
    violations = VIOLATIONS.get(name, [])
    if not violations:
        problems.append("no violation to test it with")
    for change in violations:
        if not _findings(check, {**CLEAN, **change}):
            path, text = next(iter(change.items()))
            problems.append(f"does not see {path} = {str(text)[:60]!r}")
    return problems
