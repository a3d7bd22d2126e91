"""The columns of the page of agencies, for the page and its file alike."""

from __future__ import annotations

from collections.abc import Callable

from activities.exports.columns import Column
from activities.models import RoleKind
from activities.summaries.bodies import BodyLine

BODY = Column("body", "Body", lambda line: line.body.label)
NAME = Column("name", "Name in full", lambda line: line.body.name)


def _number(key: str) -> Callable[[BodyLine], int]:
    return lambda line: line.number(key)


NUMBERS: tuple[Column, ...] = tuple(
    Column(key, heading, _number(key), numeric=True)
    for key, heading in (
        ("answers", "Answers for"),
        (RoleKind.LEAD.value, "Leads"),
        (RoleKind.COORDINATOR.value, "Coordinates"),
        (RoleKind.SUPPORT.value, "Supports"),
        (RoleKind.CONTRIBUTOR.value, "Contributes"),
        (RoleKind.PARTICIPANT.value, "Takes part"),
        ("overdue", "Overdue"),
        ("no_report", "No report yet"),
        ("silent", "None this quarter"),
    )
)
"""The numbers of a body, each with the key by which ``BodyLine`` knows its rows."""

COLUMNS: tuple[Column, ...] = (BODY, NAME, *NUMBERS)
