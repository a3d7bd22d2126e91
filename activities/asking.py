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

from activities.answering import Cast, casts
from activities.reading import Reading
from activities.workflow import closed_whole
from agencies.models import Body, BodyFunction, BodyKind


@dataclass(frozen=True)
class Asked:
    """One return to be asked for; ``body`` is None where nobody answers."""

    activity: Any
    part: Any = None
    body: Body | None = None

    @property
    def key(self) -> tuple[int, int | None]:
        """What tells one from another within a round: the activity's id, and the part's."""
        return self.activity.id, self.part.id if self.part else None


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


def asked(reading: Reading, activities: Iterable[Any] | None = None) -> list[Asked]:
    """What is asked of whom, in plan order, agencies' parts in theirs (four queries at the most)."""
    rows = [each for each in (reading.activities if activities is None else activities) if each.withdrawn_on is None]
    ids = [each.id for each in rows]
    held = casts(reading, ids)
    parts: dict[int, list[Any]] = defaultdict(list)
    for part in reading.parts.filter(activity_id__in=ids):
        parts[part.activity_id].append(part)
    found: list[Asked] = []
    for activity in rows:
        if parts[activity.id] and closed_whole(activity.status, [part.status for part in parts[activity.id]]):
            found += [] if activity.is_finished else [Asked(activity)]
        elif parts[activity.id]:
            found += [_of_part(reading, activity, part) for part in parts[activity.id] if not part.is_finished]
        elif not activity.is_finished:
            found.append(Asked(activity, None, _answering(held.get(activity.id, Cast()))))
    return found


def _of_part(reading: Reading, activity: Any, part: Any) -> Asked:
    return Asked(activity, part, reading.bodies[part.body_id])


def _answering(cast: Cast) -> Body | None:
    """The body that is asked about a whole activity: the first that answers; nobody where none is named."""
    return next((held.body for held in cast.answering if held.body is not None), None)
