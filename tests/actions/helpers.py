"""What the tests of the use cases share: refusals by field, and a look at everything that was written."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.apps import apps
from django.db import connection

from activities.actions.common import Refused
from tnoc_tracker.record.models import Tracked


def entries_written() -> dict[str, int]:
    """The number of entries in each history, in one query."""
    models = [model for model in apps.get_models() if issubclass(model, Tracked)]
    named = {model._meta.label: connection.ops.quote_name(model.history.model._meta.db_table) for model in models}
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(f"SELECT '{label}', COUNT(*) FROM {table}" for label, table in named.items()))
        return dict(cursor.fetchall())


@contextmanager
def refused(*fields: str, match: str | None = None) -> Iterator[None]:
    """The use case refuses for exactly these fields, and leaves nothing behind."""
    before = entries_written()
    with pytest.raises(Refused, match=match) as caught:
        yield
    assert tuple(caught.value.faults) == fields
    assert entries_written() == before


@contextmanager
def nothing_written(error: type[Exception]) -> Iterator[None]:
    """The use case raises this error, and leaves nothing behind."""
    before = entries_written()
    with pytest.raises(error):
        yield
    assert entries_written() == before
