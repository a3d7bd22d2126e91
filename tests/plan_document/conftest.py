"""What the tests of the plan document share: the committed files, and unhurried property tests."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from activities.plan_document import BodyDirectory

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
DOCUMENT = FIXTURES / "tnoc-action-plan-2021-22.txt"
EXCHANGE = FIXTURES / "tnoc-action-plan-2021-22.json"
BODIES = FIXTURES / "bodies.json"

# A shared machine may be slow at any moment; the number of examples bounds the time instead.
settings.register_profile("plan document", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("plan document")


@pytest.fixture(scope="session")
def directory() -> BodyDirectory:
    """The committed directory of bodies."""
    return BodyDirectory.from_json(BODIES.read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def document() -> bytes:
    """The published Action Plan 2021/22."""
    return DOCUMENT.read_bytes()
