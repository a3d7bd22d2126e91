"""A register with very many entries, written past the use cases and yet whole: every seal is right.

For measurements in a throw-away database: the guards are down while it is made, and back afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from django.core.management.color import no_style
from django.db import connection, models, transaction

from activities.models import Activity, StatusUpdate
from activities.statuses import DeliveryStatus
from tests.generated import grow
from tests.world import World, moment
from tnoc_tracker.record import guards
from tnoc_tracker.record.models import label_of
from tnoc_tracker.record.seals import REASON, new_secret, seal_of, sealed_columns

STATUSES = [DeliveryStatus.ON_TRACK, DeliveryStatus.AT_RISK, DeliveryStatus.OFF_TRACK]
BATCH = 2000
WORDS = "The second draft went to every agency; eleven of twelve have answered, and the last has promised Friday. "


def generate(world: World, activities: int, entries: int, say: Callable[[int], None]) -> None:
    """Add entries until there are about so many: status updates of so many activities, two entries for each.

    They are spread evenly over the year before the world's today.
    """
    grow(world.plan, activities)
    rounds = max(1, entries // (2 * activities))
    step = timedelta(days=365) / (rounds + 1)
    begin = world.now - timedelta(days=365)
    guards.remove(connection)
    for count, activity in enumerate(Activity.objects.filter(plan=world.plan).order_by("id"), start=1):
        with transaction.atomic():
            _write(_updates(activity, rounds, begin, step))
        say(count * rounds * 2)
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [StatusUpdate, StatusUpdate.history.model]):
            cursor.execute(statement)
    guards.install(connection)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def _updates(activity: Activity, rounds: int, begin: datetime, step: timedelta) -> Iterator[tuple[Any, Any]]:
    """Pairs of (live row or None, entry) for each update of an activity, and the activity's last version."""
    link = _last_link(activity)
    last_id = StatusUpdate.objects.order_by("-id").values_list("id", flat=True).first() or 0
    for count in range(1, rounds + 1):
        at = max(begin + step * count, moment(activity.plan.starts_on, 11) + timedelta(seconds=count))
        before, after = activity.status, STATUSES[count // 5 % 3]
        update = StatusUpdate(
            id=last_id + count,
            version=1,
            activity=activity,
            number=activity.updates + 1,
            at=at,
            person_name="Generated",
            from_status=before,
            to_status=after,
            whole_before=before,
            whole_after=after,
            what_was_done=WORDS * (1 + count % 3),
            reason="" if after == "on_track" else WORDS,
        )
        yield update, _entry(update, at, [], None)[0]
        activity.version, activity.updates, activity.status = activity.version + 1, update.number, after
        activity.reported_at = at
        entry, link = _entry(activity, at, ["updates", "status", "reported_at"], link)
        yield None, entry
    models.QuerySet(Activity).filter(id=activity.id).update(
        version=activity.version, updates=activity.updates, status=activity.status, reported_at=activity.reported_at
    )


Link = tuple[str, list[str]]


def _last_link(row: Any) -> Link:
    found: Link = type(row).history.filter(id=row.id, sequence=row.version).values_list("seal", "sealed").get()
    return found


def _entry(row: Any, at: datetime, changed: list[str], before: Link | None) -> tuple[Any, Link]:
    """The entry of a row as it is now, sealed, and what the next one needs of it."""
    model = type(row).history.model
    columns = [field.attname for field in model._meta.concrete_fields]
    entry = model(**{name: getattr(row, name) for name in columns if hasattr(row, name)})
    entry.sequence, entry.history_type = row.version, "~" if before else "+"
    entry.history_date = entry.written_at = at
    entry.actor_name, entry.request, entry.changed = "Generated", "generated", changed
    setattr(entry, REASON, WORDS)
    entry.sealed, entry.salt = list(sealed_columns(columns)), new_secret()
    entry.seal = seal_of(label_of(model), {name: getattr(entry, name) for name in columns}, before)
    return entry, (entry.seal, entry.sealed)


def _write(pairs: Iterator[tuple[Any, Any]]) -> None:
    while some := list(islice(pairs, BATCH)):
        rows = [row for row, _ in some if row is not None]
        models.QuerySet(StatusUpdate).bulk_create(rows)
        for model in (StatusUpdate.history.model, Activity.history.model):
            models.QuerySet(model).bulk_create([entry for _, entry in some if isinstance(entry, model)])
