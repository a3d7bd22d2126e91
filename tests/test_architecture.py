"""The arrows between the layers, and conventions that a linter does not know."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("activities", "agencies", "tnoc_tracker")
MOST_LINES_OF_A_FILE = 400
MOST_LINES_OF_A_FUNCTION = 40


def modules() -> list[Path]:
    """Every module of the product, migrations aside."""
    return [path for name in PACKAGES for path in sorted((ROOT / name).rglob("*.py")) if "migrations" not in path.parts]


MODULES = modules()


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_imports_go_down_only():
    program = Path(sys.executable).with_name("lint-imports")
    environment = {**os.environ, "PYTHONWARNINGS": "default"}
    done = subprocess.run(
        [program, "--no-cache"], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False
    )

    assert done.returncode == 0, done.stdout[-3000:]
    assert " kept, 0 broken." in done.stdout


def test_no_file_is_longer_than_somebody_reads():
    lengths = {name_of(path): len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES}

    assert {name: lines for name, lines in lengths.items() if lines >= MOST_LINES_OF_A_FILE} == {}


def is_a_table(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """A list or dictionary written out, with nothing decided on the way: it is read like a table."""
    deciding = (ast.If, ast.For, ast.While, ast.With, ast.Try, ast.Match)
    return isinstance(function.body[-1], ast.Return) and not any(isinstance(n, deciding) for n in ast.walk(function))


def test_every_function_fits_on_a_screen():
    lengths = {
        f"{name_of(path)}: {function.name}": function.end_lineno - function.lineno + 1
        for path in MODULES
        for function in functions(path)
        if not is_a_table(function)
    }

    assert {name: lines for name, lines in lengths.items() if lines > MOST_LINES_OF_A_FUNCTION} == {}


def test_nothing_is_imported_inside_a_function():
    inside = [
        f"{name_of(path)}: {function.name}"
        for path in MODULES
        for function in functions(path)
        if any(isinstance(node, ast.Import | ast.ImportFrom) for node in ast.walk(function))
    ]

    assert inside == []


EDGES = {"views", "management", "demonstration"}
THE_CLOCK = "tnoc_tracker/record/clock.py"
ASKS_THE_TIME = {"datetime.now", "datetime.utcnow", "date.today", "timezone.now", "timezone.localdate", "time.time"}


def calls(path: Path) -> Iterator[str]:
    """What a module calls, as written."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func)


def test_nothing_but_the_clock_asks_what_time_it_is():
    asking = {name_of(path) for path in MODULES if not EDGES & set(path.parts) and ASKS_THE_TIME & set(calls(path))}

    assert asking == {THE_CLOCK}


def test_signals_carry_no_rules():
    """Only plumbing hangs on signals: the guards after a migration, the log of sign-ins."""
    connected = {
        name_of(path)
        for path in MODULES
        if any(call.endswith(".connect") and call != "sqlite3.connect" for call in calls(path))
    }

    assert connected <= {"agencies/apps.py", "agencies/logs.py", "tnoc_tracker/record/apps.py"}
