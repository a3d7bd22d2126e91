"""What the tests of the record share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.record.tampering import play
from tests.world import World
from tnoc_tracker.record.verification import verify


@pytest.fixture(scope="module")
def played(own_databases: Any, django_db_blocker: Any) -> Iterator[World]:
    """A database of this module's own with a played record; no test changes it."""
    with django_db_blocker.unblock(), own_databases.open():
        play(World())
        yield World()
        assert verify().is_clean
