"""What a reporting round asks of whom: one return for each unfinished part, else for the activity as a whole.

Who is asked is the body that answers for it (of several, the first); nobody where there is a gap or the row is
withheld. Those, and what governance bodies answer for, the Secretariat answers itself; so it does for a whole that
it paused while its parts were still worked on: nobody reports on a part of it then.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import BigIntegerField, Value
from django.db.models.functions import Coalesce

from activities.answering import answers
from activities.models import Activity, Part, Role
from activities.prepared import asked_of
from activities.reading import Reading
from activities.workflow import closed_whole
from agencies.models import Body, BodyFunction, BodyKind
from tnoc_tracker.record.prepared import ask

Key = tuple[int, int | None]
"""What tells one return from another within a round: the activity's id, and the part's."""


@dataclass(frozen=True)
class Asked:
    """One return to be asked for; ``body`` is None where nobody answers."""

    activity: Any
    part: Any = None
    body: Body | None = None

    @property
    def key(self) -> Key:
        """What tells it from the others."""
        return self.activity.id, self.part.id if self.part else None

    @property
    def body_id(self) -> int | None:
        """The body's id."""
        return self.body.id if self.body else None


def secretariat_answers(body: Any) -> bool:
    """Whether the Secretariat answers for a body: a governance body, a collective without members, or nobody."""
    return body is None or body.kind != BodyKind.AGENCY


def writes(body: Body, asked_of: Any) -> bool:
    """Whether a return that is asked of a body (None: of nobody) is another's to write.

    A body writes its own, and the Secretariat what it answers for others.
    """
    if secretariat_answers(asked_of):
        return body.function == BodyFunction.SECRETARIAT
    return bool(asked_of.id == body.id)


def asked(reading: Reading) -> list[Asked]:
    """What is asked of whom, in plan order, agencies' parts in theirs (four queries)."""
    parts, roles = (_by_activity(asked_of(reading, build)) for build in (_parts, _roles))
    return [
        Asked(activity, part, reading.bodies[body_id] if body_id is not None else None)
        for activity in asked_of(reading, _activities)
        for part, body_id in _of_whom(activity, parts[activity.id], roles[activity.id])
    ]


def asked_about(activity: Activity) -> dict[Key, int | None]:
    """The same about one activity, which is held: the id of the body that is asked, by key (one query)."""
    if activity.withdrawn_on is not None:
        return {}
    parts: list[Part] = []
    roles: list[Role] = []
    for _, part_id, body_id, status, kind in sorted(ask(_parts_and_roles, activity_id=activity.id)):
        if part_id:
            parts.append(Part(id=part_id, body_id=body_id, status=status))
        else:
            roles.append(Role(body_id=body_id or None, kind=kind))
    whom = _of_whom(activity, parts, roles)
    return {(activity.id, part.id if part else None): body_id for part, body_id in whom}


def _of_whom(activity: Any, parts: list[Any], roles: Iterable[Role]) -> list[tuple[Any, int | None]]:
    """What is asked about one activity, its parts or the whole (None), each with the body's id."""
    if parts and not closed_whole(activity.status, [part.status for part in parts]):
        return [(part, part.body_id) for part in parts if not part.is_finished]
    if activity.is_finished:
        return []
    return [(None, None if parts else answers(roles))]


def _by_activity(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.activity_id].append(row)
    return found


# Put together once: see ``prepared`` ---------------------------------------------------------------------------------


def _activities(reading: Reading) -> Any:
    return reading.activities


def _parts(reading: Reading) -> Any:
    return reading.parts


def _roles(reading: Reading) -> Any:
    return reading.roles


def _parts_and_roles(activity_id: int) -> Any:
    """The live parts of an activity, and the roles held in it: (position, part, body, status, kind); 0 for nobody."""
    nothing, body = Value(0, output_field=BigIntegerField()), Coalesce("body_id", 0)
    parts = Part.objects.filter(activity_id=activity_id, withdrawn_on=None)
    roles = Role.objects.filter(activity_id=activity_id, ended_on=None)
    of_parts = parts.order_by().values_list("position", "id", body, "status", Value(""))
    return of_parts.union(roles.order_by().values_list("position", nothing, body, Value(""), "kind"), all=True)
