"""A register with very many entries, written past the use cases and yet whole: every seal is right.

For measurements in a throw-away database: the guards are down while it is made, and back afterwards.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.core.management.color import no_style
from django.db import connection, models, transaction

from activities.models import Activity, StatusUpdate
from activities.statuses import DeliveryStatus
from tests.generated import grow
from tests.own_database import OwnDatabases
from tests.world import TODAY, World, moment
from tnoc_tracker.record import guards
from tnoc_tracker.record.models import label_of
from tnoc_tracker.record.seals import REASON, new_secret, seal_of, sealed_columns

STATUSES = [DeliveryStatus.ON_TRACK, DeliveryStatus.AT_RISK, DeliveryStatus.OFF_TRACK]
WORDS = "The second draft went to every agency; eleven of twelve have answered, and the last has promised Friday. "
LATER = World(TODAY.replace(year=TODAY.year + 1))
"""The world a year on, so that there is a year to look back upon."""


@contextmanager
def register(entries: int) -> Iterator[World]:
    """A throw-away database in the place of the default one: about so many entries, 1,000 activities at most."""
    with tempfile.TemporaryDirectory() as folder:
        databases = OwnDatabases(Path(folder))
        try:
            with databases.open():
                begun = time.perf_counter()
                generate(LATER, min(1000, entries // 50), entries)
                took = time.perf_counter() - begun
                print(f"{connection.vendor}: about {entries:,} entries made in {took:.0f} s", flush=True)
                yield LATER
        finally:
            databases.close()


def generate(world: World, activities: int, entries: int) -> None:
    """Let a plan have so many activities, and ``report`` on all of them until there are about so many entries."""
    with transaction.atomic():
        grow(world.plan, activities)
    report(world, Activity.objects.filter(plan=world.plan), entries)


def report(world: World, activities: models.QuerySet[Activity], entries: int) -> None:
    """Add entries until there are about so many: status updates of activities, two entries for each.

    They are spread evenly from the plan's start (or what was written before) to the world's now, and written in that
    order, past Django: a million takes some minutes. Nobody reports on what is finished or paused.
    """
    settled = [DeliveryStatus.COMPLETED, DeliveryStatus.NOT_DELIVERED, DeliveryStatus.PAUSED]
    lines = [Reported(each) for each in activities.exclude(status__in=settled).order_by("id")]
    rounds = max(1, entries // (2 * len(lines)))
    newest = Activity.history.filter(id__in=[line.activity.id for line in lines]).latest("history_date").history_date
    begin = max(moment(world.plan.starts_on, 11), newest + timedelta(seconds=1))
    step = (world.now - begin) / (rounds * len(lines))
    live, said, versions = Sheet(StatusUpdate), Sheet(StatusUpdate.history.model), Sheet(Activity.history.model)
    first = (StatusUpdate.objects.aggregate(last=models.Max("id"))["last"] or 0) + 1
    guards.remove(connection)
    for count in range(rounds):
        for place, line in enumerate(lines, start=count * len(lines)):
            update, entry, version = line.report(first + place, begin + step * place, count)
            live.rows.append(update)
            said.rows.append(entry)
            versions.rows.append(version)
        with transaction.atomic():
            for sheet in (live, said, versions):
                sheet.write()
        _say(2 * (count + 1) * len(lines))
    with transaction.atomic():
        for line in lines:
            line.settle()
    _tidy()


def _tidy() -> None:
    """Guards up, the next number of an update after the last, and statistics where the database keeps them itself."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [StatusUpdate]):
            cursor.execute(statement)
    guards.install(connection)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


def _say(count: int) -> None:
    """Show how far the making is."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{count} entries made\r")


class Sheet:
    """Rows of one table on their way to the database, as quickly as it takes them."""

    def __init__(self, model: type[models.Model]) -> None:
        """Begin without rows."""
        self.table, self.rows = model._meta.db_table, list[dict[str, Any]]()

    def write(self) -> None:
        """Write what there is, and begin anew."""
        columns = list(self.rows[0])
        rows = [[row[name] for name in columns] for row in self.rows]
        named = ", ".join(f'"{name}"' for name in columns)
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                with cursor.copy(f'COPY "{self.table}" ({named}) FROM STDIN') as copy:
                    for row in rows:
                        copy.write_row(row)
            else:
                places = ", ".join(["%s"] * len(columns))
                cursor.executemany(f'INSERT INTO "{self.table}" ({named}) VALUES ({places})', rows)
        self.rows.clear()


class Line:
    """A row of a table that is written again and again with few changes: its values, and as the database takes them."""

    def __init__(self, model: type[models.Model], values: dict[str, Any]) -> None:
        """Begin with these values, and defaults for the others; the database numbers entries itself."""
        numbered = model._meta.pk.attname if model._meta.pk.attname != "id" else ""
        self.fields = {field.attname: field for field in model._meta.concrete_fields if field.attname != numbered}
        self.values: dict[str, Any] = {}
        self.stored: dict[str, Any] = {}
        self.set({name: values.get(name, field.get_default()) for name, field in self.fields.items()})

    def set(self, values: dict[str, Any]) -> None:
        """Change some values."""
        self.values.update(values)
        for name, value in values.items():
            self.stored[name] = self.fields[name].get_db_prep_save(value, connection)


class Entries(Line):
    """The entries of one row, or of rows that are alike."""

    def __init__(self, model: type[models.Model], values: dict[str, Any]) -> None:
        """Begin with the values of the live row."""
        more = {"actor_name": "Generated", "request": "generated", REASON: WORDS}
        super().__init__(
            model, {**values, **more, "sealed": list(sealed_columns(c.attname for c in model._meta.fields))}
        )
        self.label = label_of(model)

    def seal(self, at: datetime, values: dict[str, Any], before: tuple[str, list[str]] | None) -> str:
        """Make the next entry, after ``before`` (its seal and covered columns); returns its seal."""
        envelope = {
            "sequence": values["version"],
            "history_type": "~" if before else "+",
            "history_date": at,
            "written_at": at,
            "changed": [name for name in values if name != "version"] if before else [],
            "salt": new_secret(),
        }
        self.set({**values, **envelope})
        self.set({"seal": seal_of(self.label, self.values, before)})
        return str(self.values["seal"])


class Reported:
    """An activity on which somebody reports again and again."""

    def __init__(self, activity: Activity) -> None:
        """Go on from its last entry."""
        self.activity = activity
        values = {field.attname: getattr(activity, field.attname) for field in activity._meta.concrete_fields}
        self.versions = Entries(Activity.history.model, values)
        last = Activity.history.filter(id=activity.id, sequence=activity.version)
        self.before: tuple[str, list[str]] = last.values_list("seal", "sealed").get()
        said = {"version": 1, "activity_id": activity.id, "person_name": "Generated", "what_was_done": WORDS}
        self.live = Line(StatusUpdate, said)
        self.said = Entries(StatusUpdate.history.model, said)

    def report(self, number: int, at: datetime, count: int) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
        """An update under a number, its entry, and the entry of the activity."""
        activity = self.activity
        before, activity.status = activity.status, STATUSES[(count // 5 + activity.position) % 3]
        activity.updates, activity.version, activity.reported_at = activity.updates + 1, activity.version + 1, at
        said = {
            "id": number,
            "number": activity.updates,
            "at": at,
            "from_status": before,
            "to_status": activity.status,
            "whole_before": before,
            "whole_after": activity.status,
            "reason": "" if activity.status == DeliveryStatus.ON_TRACK else WORDS,
        }
        self.live.set(said)
        self.said.seal(at, {**said, "version": 1}, None)
        follows = {"status": activity.status, "updates": activity.updates, "reported_at": at}
        self.before = (
            self.versions.seal(at, {**follows, "version": activity.version}, self.before),
            self.versions.values["sealed"],
        )
        return dict(self.live.stored), dict(self.said.stored), dict(self.versions.stored)

    def settle(self) -> None:
        """Bring the live row in line with its last entry."""
        activity = self.activity
        models.QuerySet(Activity).filter(id=activity.id).update(
            version=activity.version,
            updates=activity.updates,
            status=activity.status,
            reported_at=activity.reported_at,
        )
