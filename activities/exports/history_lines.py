"""The whole history of a plan as lines of JSON: enough to compute every figure again without the product.

A line is one entry with every column of its table: the row as it became (ids included), its sequence, the moment
from which it counts and the one at which it was written, who, why, and its seal. Lines stand in the order of time;
entries of one object stand in their sequence. Besides the plan's own tables, bodies and memberships are told, and
what was lawfully erased from any of them; of the people with a membership what pages of the plan say: their names,
and whether they may sign in.
"""

from __future__ import annotations

import heapq
import json
from collections.abc import Iterator
from datetime import date, datetime
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q, TextField
from django.db.models.functions import Cast

from activities.models import (
    ActionPlan,
    Activity,
    AgendaItem,
    CollectiveMember,
    Comment,
    DateMove,
    DateProposal,
    Decision,
    DecisionReport,
    Filing,
    FocusArea,
    Meeting,
    Milestone,
    Pack,
    PackFile,
    Part,
    PlanDocument,
    PriorityArea,
    Return,
    Role,
    Round,
    StatusUpdate,
)
from activities.reading import Reading
from agencies.models import Body, Membership, Person
from tnoc_tracker.record.days import AUCKLAND
from tnoc_tracker.record.models import Redaction, Tracked, label_of

TABLES: tuple[type[Tracked], ...] = (
    Body,
    Membership,
    ActionPlan,
    PlanDocument,
    FocusArea,
    PriorityArea,
    Activity,
    Part,
    Role,
    CollectiveMember,
    Milestone,
    DateMove,
    DateProposal,
    StatusUpdate,
    Round,
    Return,
    Filing,
    Comment,
    Meeting,
    AgendaItem,
    Decision,
    DecisionReport,
    Pack,
    PackFile,
)
"""Every table of a plan in the order in which its rows refer to one another, and who the bodies are."""

EVERY: tuple[type[Tracked], ...] = (Person, *TABLES, Redaction)

AT_ONCE = 2000

PERSON = (
    "id",
    "sequence",
    "version",
    "name",
    "is_active",
    "actor_name",
    "history_user_id",
    "history_change_reason",
    "history_date",
    "written_at",
    "history_id",
)
"""What is told of a person: no address, no user name, and no entry that changed nothing of these."""


def history_lines(reading: Reading) -> Iterator[str]:
    """The entries of a plan as known at the reading, a line each, streamed: nothing is held for long."""
    streams = (_entries(reading, model, place) for place, model in enumerate(EVERY))
    for _, line in heapq.merge(*streams, key=lambda pair: pair[0]):
        yield line


def _entries(reading: Reading, model: type[Tracked], place: int) -> Iterator[tuple[tuple[Any, ...], str]]:
    """The entries of one table in order, each with its place among all: by time, then by table and number."""
    history: Any = model.history.model  # type: ignore[attr-defined]
    columns = PERSON if model is Person else [field.attname for field in history._meta.concrete_fields]
    rows = history.objects.annotate(changed_columns=Cast("changed", TextField())).filter(_within(reading, model))
    if reading.at is not None:
        rows = rows.filter(history_date__lte=reading.at)
    label = model._meta.label_lower
    ordered = rows.order_by("history_date", "written_at", "history_id").values(*columns)
    for row in ordered.iterator(chunk_size=AT_ONCE):
        key = (row["history_date"], row["written_at"], place, row["history_id"])
        if model is Redaction:  # its own column says from which table something was erased
            row["erased_from"] = row.pop("table")
        yield key, json.dumps({"table": label, **row}, ensure_ascii=False, default=_plain) + "\n"


def _within(reading: Reading, model: type[Tracked]) -> Q:
    """Which entries belong: those of the plan's rows, every body and membership, and what was erased from these."""
    if model in (Body, Membership):
        return Q()
    if model is Person:
        told = Q(sequence=1) | Q(changed_columns__contains='"name"') | Q(changed_columns__contains='"is_active"')
        return told & Q(id__in=Membership.objects.order_by().values("person_id"))
    if model is Redaction:
        return reduce(or_, (_erased_from(reading, each) for each in TABLES))
    if model is ActionPlan:
        return Q(id=reading.plan.id)
    path: str = model.plan_path  # type: ignore[attr-defined]
    return Q(id__in=model.objects.filter(**{path: reading.plan.id}).order_by().values("id"))


def _erased_from(reading: Reading, model: type[Tracked]) -> Q:
    history: Any = model.history.model  # type: ignore[attr-defined]
    entries = history.objects.filter(_within(reading, model)).order_by()
    return Q(table=label_of(history), entry__in=entries.values("history_id"))


def _plain(value: object) -> str:
    """A date or a moment as ISO 8601; moments in Pacific/Auckland, to the microsecond."""
    if isinstance(value, datetime):
        return value.astimezone(AUCKLAND).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is no value of the register.")
