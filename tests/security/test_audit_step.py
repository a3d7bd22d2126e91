"""The step of the checks that looks packages up among known vulnerabilities: a finding fails, no data is no verdict."""

from __future__ import annotations

import importlib.util
import json
from types import ModuleType

import pytest

from tests.world import FIXTURES

SCRIPT = FIXTURES.parent / ".ci" / "audit.py"


@pytest.fixture(scope="module")
def audit() -> ModuleType:
    specification = importlib.util.spec_from_file_location("audit", SCRIPT)
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def printed(**holes: list[str]) -> str:
    """What the tool prints of packages with their holes."""
    packages = [
        {"name": name, "version": "1.0", "vulns": [{"id": each, "fix_versions": []} for each in found]}
        for name, found in holes.items()
    ]
    return json.dumps({"dependencies": packages, "fixes": []})


PROVED = printed(django=["PYSEC-2019-10"])


@pytest.mark.parametrize(
    ("proof", "output", "status", "says"),
    [
        (PROVED, printed(django=[], gunicorn=[]), 0, "audited: no known vulnerability"),
        (PROVED, printed(django=[], gunicorn=["X-1", "X-2"]), 1, "vulnerable: gunicorn (X-1, X-2)"),
        (printed(django=[]), printed(django=[]), 0, "not audited: the data"),  # an answer without data looks like this
        ("", "", 0, "not audited: the data"),
        ("No known vulnerabilities found", "No known vulnerabilities found", 0, "not audited: the data"),
        (PROVED, "", 0, "not audited: none of the packages"),
        (PROVED, printed(), 0, "not audited: none of the packages"),
        (
            PROVED,
            json.dumps({"dependencies": [{"name": "x", "skip_reason": "not found"}]}),
            0,
            "not audited: x could not be looked up",
        ),
    ],
)
def test_no_data_is_never_called_clean_and_a_finding_fails(
    audit: ModuleType, proof: str, output: str, status: int, says: str
) -> None:
    found, sentence = audit.verdict(proof, output)
    assert found == status
    assert sentence.startswith(says)
    assert "clean" not in sentence


def test_every_file_of_pinned_packages_is_looked_up_and_every_check_runs_the_step(audit: ModuleType) -> None:
    there = {each.name for each in FIXTURES.parent.glob("requirements*.txt")}
    assert set(audit.REQUIREMENTS) == there
    assert "python3 .ci/audit.py" in (SCRIPT.parent / "run").read_text(encoding="utf-8")


def test_the_linter_s_rules_of_security_hold_for_the_whole_product() -> None:
    settings = (FIXTURES.parent / "pyproject.toml").read_text(encoding="utf-8")
    selected = next(line for line in settings.splitlines() if line.startswith("select = "))
    assert '"S"' in selected
    ignored = settings.partition("per-file-ignores]")[2].partition("[tool.")[0]
    product = [line for line in ignored.splitlines() if '"S' in line and not line.startswith('"tests/')]
    assert all("guards.py" in line or ".ci/" in line for line in product), product
