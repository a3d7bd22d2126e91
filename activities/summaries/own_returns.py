"""Returns as those see them who write them: what is asked by when, what was said last, and what is missing.

One of them for its own page, or all that the open rounds ask of somebody's bodies, in a constant number of queries.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import DateTimeField, F, OuterRef, Q, Subquery, TextField
from django.db.models.functions import Coalesce

from activities.answering import gap_of
from activities.asking import secretariat_answers
from activities.contradictions import how_late
from activities.due_states import days
from activities.models import Activity, Filing, Milestone, Part, Return, Round, StatusUpdate
from activities.reading import Reading
from activities.returns import RETURNED, WITH_BODY, ReturnState
from activities.statuses import DeliveryStatus
from activities.summaries.headline import be, numbered
from activities.summaries.proposals import with_waiting
from activities.summaries.rounds import ReturnLine
from activities.unchanged import Unchanged
from activities.working_days import Calendar
from agencies.models import Body
from tnoc_tracker.record.days import long_date

THE_SECRETARIAT = "the Secretariat"


@dataclass(frozen=True)
class OwnReturn(ReturnLine):
    """One return with what its writer needs; all of it is of the reading.

    ``last`` is what was said last of the same part, or of the whole; ``milestones`` are the activity's.
    """

    round: Any
    last: Any
    milestones: tuple[Any, ...]
    calendar: Calendar

    @property
    def subject(self) -> str:
        """``11 Developing education …, Police – financial sector``."""
        about = " – ".join(filter(None, (self.who, self.scope))) if self.part else ""
        row = "" if self.activity.number else f"Row {self.activity.position} "
        return f"{row}{self.activity}" + (f", {about}" if about else "")

    @property
    def writer(self) -> str:
        """Who writes it: the body that is asked, else the Secretariat."""
        return THE_SECRETARIAT if secretariat_answers(self.body) else str(self.who)

    @property
    def is_with_body(self) -> bool:
        """Whether it is still to be written or finished; never in a round that is closed, nor once it is dropped."""
        return self.ret.state in WITH_BODY and self.ret.dropped_on is None and not self.round.is_closed

    @property
    def due_in_words(self) -> str:
        """``due 18 February 2022, 3 working days left``; ``due 11 February 2022, 4 days late``; how it came back."""
        due = f"due {long_date(self.ret.due_on)}"
        if not self.is_with_body:
            if not self.ret.was_late or self.returned_on is None:
                return due
            then = self.ret.due_when_returned
            return f"due {long_date(then)}, {days((self.returned_on - then).days)} late"
        return f"{due}, {self._left}"

    @property
    def _left(self) -> str:
        if self.is_late:
            return f"{days((self.on - self.ret.due_on).days)} late"
        if self.on == self.ret.due_on:
            return "today"
        if self.on > self.ret.due_on:  # sent back: it did come
            return "which has passed"
        left = self.calendar.until(self.on, self.ret.due_on)
        return f"{numbered(left, 'working day')} left" if left else "no working day left"

    @property
    def filed_in_words(self) -> str:
        """``14 February 2022, Police Lead``: when it was filed last, and by whom; empty where it was not."""
        return f"{long_date(self.filed_on)}, {self.ret.filed_by}" if self.filed_on else ""

    @property
    def sent_back_with(self) -> str:
        """What the Secretariat wants, where it sent the return back; else empty."""
        return str(self.ret.answer) if self.ret.state == ReturnState.SENT_BACK else ""

    @property
    def status(self) -> DeliveryStatus:
        """The delivery status of now."""
        return DeliveryStatus(self.part.status if self.part else self.activity.status)

    @property
    def still_open(self) -> list[Any]:
        """The open milestones, the next date first."""
        rows = [each for each in self.milestones if each.is_open]
        return sorted(rows, key=lambda each: (each.agreed_due is None, each.agreed_due or self.on, each.position))

    @property
    def why_not_unchanged(self) -> str:
        """Why “no change” may not be said of it, in a sentence; empty where it may."""
        again = Unchanged(self.status, self.last, self.still_open)
        return again.why_not(self.round.quarter, self.on)

    @property
    def gap(self) -> str:
        """``Lead to be decided – 229 days``; empty where somebody answers."""
        gap = None if self.activity.is_finished else gap_of(self.activity, self.on)
        return gap.in_words if gap else ""

    @property
    def missing(self) -> list[str]:
        """What nobody has said yet, as sentences without full stops: gaps, what has come due, and silence."""
        found = [self.gap] if self.gap else []
        for each in self.still_open:
            late = how_late(each, self.on)
            if late:
                found.append(f"“{each.full_name}” {late}")
            elif each.agreed_due and each.agreed_due <= self.round.quarter.last_day:
                found.append(f"“{each.full_name}” is due on {long_date(each.agreed_due)}")
        if self.last is None:
            found.append("Nobody has reported on it yet")
        elif self.last.said_on <= self.round.quarter.last_day:
            found.append(f"Nothing said since {long_date(self.last.said_on)}")
        return found


def _were(count: int) -> str:
    return "was" if count == 1 else "were"


# All that is asked of somebody --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Desk:
    """What an open round asks of one body, or of the Secretariat for itself and others; the open ones first."""

    round: Any
    writer: str
    body: Body | None
    lines: tuple[OwnReturn, ...]
    on: date

    @property
    def key(self) -> str:
        """What tells one desk from another on a page."""
        return f"round-{self.round.id}-{self.body.slug if self.body else 'secretariat'}"

    @property
    def open(self) -> list[OwnReturn]:
        """What is still to be written or finished."""
        return [line for line in self.lines if line.is_with_body]

    @property
    def is_untouched(self) -> bool:
        """Whether nothing is written yet: that is when the covering note is read."""
        return all(line.ret.state == ReturnState.REQUESTED for line in self.lines)

    @property
    def answered_by_secretariat(self) -> bool:
        """Whether the Secretariat writes what is asked of somebody else's body."""
        return self.body is not None and secretariat_answers(self.body)

    @property
    def extended(self) -> list[tuple[date, str]]:
        """The later days that were given, each with its reason."""
        return sorted({(line.ret.due_on, line.ret.extended_why) for line in self.lines if line.ret.extended_why})

    @property
    def finding(self) -> str:
        """``4 returns are asked of Police by 18 February 2022; 1 is filed``."""
        asked, filed = len(self.lines), sum(1 for line in self.lines if line.ret.state in RETURNED)
        if not self.open:
            which = "The return" if asked == 1 else "Both returns" if asked == 2 else f"All {asked} returns"
            return f"{which} asked of {self.writer} {be(asked)} filed"
        due = long_date(min(line.ret.due_on for line in self.open))
        late = sum(1 for line in self.open if line.is_late)
        back = sum(1 for line in self.open if line.ret.state == ReturnState.SENT_BACK)
        told = [f"{numbered(asked, 'return')} {(_were if late else be)(asked)} asked of {self.writer} by {due}"]
        told += [f"{late} {be(late)} late"] if late else []
        told += [f"{back} {_were(back)} sent back"] if back else []
        return "; ".join([*told, f"{filed or 'none'} {be(filed or 1)} filed"])


@dataclass(frozen=True)
class Asked:
    """What the open rounds of a plan ask of somebody's bodies; ``rounds`` are those that are open."""

    rounds: tuple[Any, ...]
    desks: tuple[Desk, ...]

    def next_after(self, ret_id: int) -> OwnReturn | None:
        """What is to be written next after one of them: in plan order, then from the start again; None for nothing."""
        lines = sorted(
            (line for desk in self.desks for line in desk.lines),
            key=lambda line: (line.round.due_on, line.round.id, *_plan_order(line)),
        )
        here = next((at for at, line in enumerate(lines) if line.ret.id == ret_id), -1)
        return next((line for line in [*lines[here + 1 :], *lines[: here + 1]] if line.is_with_body), None)


def asked_now(
    reading: Reading, body_ids: frozenset[int], *, secretariat: bool, calendar: Calendar, **more: Any
) -> Asked:
    """What the open rounds ask of some bodies; with ``secretariat`` also what that answers for others (eight queries).

    ``more`` are expressions to be read with each return, such as its stamp.
    """
    rounds = tuple(reading.rounds.filter(closed_at=None).annotate(overdue_count=reading.overdue_total))
    if not rounds:
        return Asked((), ())
    mine = Q(body_id__in=[each.id for each in reading.bodies.values() if _is_mine(each, body_ids, secretariat)])
    if secretariat:
        mine |= Q(body_id=None)
    rows: Any = with_filing(reading, reading.returns.filter(round_id__in=[each.id for each in rounds]).filter(mine))
    lines = _lines(reading, rounds, list(_live_with(reading, rows, "draft").annotate(**more)), calendar)
    found: dict[tuple[int, str], list[OwnReturn]] = defaultdict(list)
    for line in sorted(lines, key=_plan_order):
        found[line.round.id, line.writer if secretariat else line.who].append(line)
    desks = [_desk(writer, rows, reading.on) for (_round, writer), rows in found.items()]
    return Asked(rounds, tuple(sorted(desks, key=_soonest)))


def _is_mine(body: Body, body_ids: frozenset[int], secretariat: bool) -> bool:
    return body.id in body_ids or (secretariat and secretariat_answers(body))


def _plan_order(line: OwnReturn) -> tuple[int, int, int]:
    return line.activity.position, line.part.position if line.part else 0, line.ret.id


def _soonest(desk: Desk) -> tuple[Any, ...]:
    return desk.round.due_on, desk.round.id, desk.body.sort_key if desk.body else ""


def _desk(writer: str, lines: list[OwnReturn], on: date) -> Desk:
    """The returns of one round and writer, what is open first, then in plan order."""
    body = None if writer == THE_SECRETARIAT else lines[0].body
    return Desk(lines[0].round, writer, body, tuple(sorted(lines, key=lambda line: not line.is_with_body)), on)


def _lines(reading: Reading, rounds: Iterable[Any], rows: Sequence[Any], calendar: Calendar) -> Iterable[OwnReturn]:
    """The rows of ``with_filing`` with what belongs to them (four queries)."""
    ids = {row.activity_id for row in rows}
    activities = {each.id: each for each in reading.known(Activity.objects.filter(id__in=ids))}
    parts = reading.known(Part.objects.filter(id__in={row.part_id for row in rows if row.part_id}))
    parts_by_id = {each.id: each for each in parts}
    milestones: dict[int, list[Any]] = defaultdict(list)
    still_open: Any = reading.known(Milestone.objects.filter(activity_id__in=ids))
    for each in still_open.still_open().order_by("position", "id"):
        milestones[each.activity_id].append(each)
    last = {each.id: each for each in StatusUpdate.objects.filter(id__in={row.last_id for row in rows})}
    of_round = {each.id: each for each in rounds}
    return [
        OwnReturn(
            ret=row,
            activity=activities[row.activity_id],
            part=parts_by_id.get(row.part_id),
            body=reading.bodies[row.body_id] if row.body_id else None,
            on=reading.on,
            round=of_round[row.round_id],
            last=last.get(row.last_id),
            milestones=tuple(milestones[row.activity_id]),
            calendar=calendar,
        )
        for row in rows
    ]


def with_filing(reading: Reading, rows: Any) -> Any:
    """Returns, each with when, by whom and with what answer it was filed last, and ``last_id``, the last update's.

    Updates and what they say are never altered: the live rows tell what was said by the reading's moment.
    """
    filings = reading.beside(Filing, ret_id="id").order_by("-number")
    own = filings.filter(corrects_id=None)
    same = StatusUpdate.objects.alias(about=Coalesce("part_id", 0)).filter(
        activity_id=OuterRef("activity_id"), about=Coalesce(OuterRef("part_id"), 0)
    )
    if reading.at is not None:
        same = same.filter(at__lte=reading.at)
    return rows.annotate(
        filed_at=Subquery(own.values("at")[:1], output_field=DateTimeField()),
        filed_by=Subquery(own.values("person_name")[:1], output_field=TextField()),
        answer=Subquery(filings.values("answer")[:1], output_field=TextField()),
        last_id=Subquery(same.order_by("-number").values("id")[:1]),
    )


def _live_with(reading: Reading, rows: Any, *names: str) -> Any:
    """Live rows together with rows beside them; in the past those would be today's, and are read on their own."""
    return rows if reading.is_past else rows.select_related(*names)


# One return ---------------------------------------------------------------------------------------------------------


def own_return(reading: Reading, ret_id: int, *, calendar: Calendar, **more: Any) -> OwnReturn | None:
    """One return, dropped ones included, with every milestone of its activity; None where there is none.

    Four queries now, and five in the past. The activity carries the plan's ``overdue_count``. ``more`` are expressions
    to be read with the return.
    """
    rows = with_filing(reading, reading.rows(Return).filter(id=ret_id)).annotate(**more, **_part_then(reading))
    ret = _live_with(reading, rows, "round", "part", "draft").first()
    if ret is None:
        return None
    activities: Any = reading.known(Activity.objects.filter(id=ret.activity_id))
    activity = activities.annotate(overdue_count=reading.overdue_total).get()
    milestones = with_waiting(reading, reading.known(Milestone.objects.filter(activity_id=ret.activity_id)))
    return OwnReturn(
        ret=ret,
        activity=activity,
        part=_part_of(reading, ret) if ret.part_id else None,
        body=reading.bodies[ret.body_id] if ret.body_id else None,
        on=reading.on,
        round=reading.known(Round.objects.filter(id=ret.round_id)).get() if reading.is_past else ret.round,
        last=StatusUpdate.objects.filter(id=ret.last_id).first() if ret.last_id else None,
        milestones=tuple(milestones.order_by("position", F("occurrence").asc(nulls_first=True))),
        calendar=calendar,
    )


def _part_then(reading: Reading) -> dict[str, Any]:
    """What a past page says of the part, read with the return itself."""
    if not reading.is_past:
        return {}
    part = reading.beside(Part, id="part_id").order_by()
    return {
        "part_scope": Subquery(part.values("scope")[:1], output_field=TextField()),
        "part_status": Subquery(part.values("status")[:1], output_field=TextField()),
    }


def _part_of(reading: Reading, ret: Any) -> Any:
    return Part(id=ret.part_id, scope=ret.part_scope, status=ret.part_status) if reading.is_past else ret.part
