"""The finding of a plan as a heading, and the counted sentences under it, in words for every case."""

from __future__ import annotations

from typing import Any

from activities.due_states import DueState, days
from activities.summaries.picture import Picture, counted, days_late
from activities.summaries.rows import Piece, Rows, Sentence, activities, overdue, timeline
from tnoc_tracker.record.days import long_date


def numbered(count: int, noun: str, plural: str = "") -> str:
    """``1 milestone``, ``5 milestones``; ``plural`` where it is not the noun with an s."""
    return f"{count} {noun}" if count == 1 else f"{count} {plural or noun + 's'}"


def be(count: int) -> str:
    """``is`` or ``are``."""
    return "is" if count == 1 else "are"


def overdue_clause(late: list[Any], rows: Rows | None = None) -> Sentence:
    """``5 milestones are overdue, the oldest by 138 days``; starts are named apart. Empty where nothing is late.

    ``late`` are overdue milestones; ``rows`` is where they are, by default the whole overdue page.
    """
    if not late:
        return ()
    starts = sum(1 for milestone in late if milestone.is_start)
    due = len(late) - starts
    named = [numbered(due, "milestone")] if due else []
    if starts:
        named.append(numbered(starts, "start"))
    most = max(days_late(milestone) for milestone in late)
    by = f", by {days(most)}" if len(late) == 1 else f", the oldest by {days(most)}"
    return (Piece(f"{' and '.join(named)} {be(len(late))} overdue", rows or overdue()), Piece(by))


def finding(picture: Picture) -> Sentence:
    """The heading of a plan: what is overdue and what has nobody who answers for it, else how things stand."""
    if not picture.activities:
        held = "held" if picture.reading.is_past else "holds"
        return (Piece(f"This plan {held} no activities {'then' if picture.reading.is_past else 'yet'}"),)
    first = overdue_clause(picture.milestones_in(DueState.OVERDUE)) or _nothing_overdue(picture)
    second = _gap_clause(len(picture.gaps))
    return (*first, Piece("; "), *second) if second else first


def _gap_clause(gaps: int) -> Sentence:
    if not gaps:
        return ()
    nobody = "has nobody who answers for it" if gaps == 1 else "have nobody who answers for them"
    return (Piece(numbered(gaps, "activity", "activities"), activities(gap="yes")), Piece(f" {nobody}"))


def _nothing_overdue(picture: Picture) -> Sentence:
    reading, total = picture.reading, len(picture.activities)
    if all(activity.is_finished for activity in picture.activities):
        every = "The only activity is" if total == 1 else f"All {total} activities are"
        return (Piece(f"{every} finished", activities()),)
    if reading.on < reading.plan.starts_on:
        return (Piece(f"Nothing is due yet: the plan begins on {long_date(reading.plan.starts_on)}"),)
    return (Piece("Nothing is overdue"),)


def lede(picture: Picture) -> tuple[Sentence, ...]:
    """The counted sentences under the heading: what fell due and became of it, what comes, what is paused."""
    if not picture.activities:
        return ()
    sentences = (_so_far(picture), _early(picture), _this_quarter(picture), _paused(picture))
    return tuple(sentence for sentence in sentences if sentence)


def _so_far(picture: Picture) -> Sentence:
    """What has fallen due and what became of it."""
    return became(*(counted(picture, key) for key in ("due", "met", "met_late", "closed")))


def became(due: list[Any], met: list[Any], late: list[Any], closed: list[Any]) -> Sentence:
    """What became of milestones: ``Of 9 milestones due by 31 December 2021, 4 are delivered, 1 of them late``.

    ``due`` stands by date; the others are those of it that are delivered, delivered late, and closed undelivered.
    """
    if not due:
        return ()
    by = f" due by {long_date(due[-1].agreed_due)}"
    where = timeline(milestones="due")
    delivered = [Piece(str(len(met)), timeline(milestones="met")), Piece(f" {be(len(met))} delivered")]
    if len(due) == 1:
        start = [Piece("The only milestone", where), Piece(f"{by} is {'delivered' if met else 'not delivered'}")]
        delivered = []
    elif len(met) == len(due):
        start = [Piece(f"All {len(due)} milestones", where), Piece(f"{by} are delivered")]
        delivered = []
    else:
        start = [Piece("Of "), Piece(numbered(len(due), "milestone"), where), Piece(f"{by}, ")]
        delivered = delivered if met else [Piece("none is delivered")]
    return (*start, *delivered, *_of_them_late(len(met), len(late)), *_closed(len(closed)), Piece("."))


def _of_them_late(met: int, late: int) -> Sentence:
    if not late:
        return ()
    if late == met:
        return (Piece(", late" if met == 1 else ", all of them late", timeline(milestones="met_late")),)
    return (Piece(", "), Piece(str(late), timeline(milestones="met_late")), Piece(" of them late"))


def _closed(closed: int) -> Sentence:
    if not closed:
        return ()
    return (
        Piece("; "),
        Piece(str(closed), timeline(milestones="closed")),
        Piece(f" {'was' if closed == 1 else 'were'} closed undelivered"),
    )


def _early(picture: Picture) -> Sentence:
    early = len(counted(picture, "early"))
    if not early:
        return ()
    return (
        Piece(str(early), timeline(milestones="early")),
        Piece(f" with {'a later date' if early == 1 else 'later dates'} {be(early)} delivered already."),
    )


def _this_quarter(picture: Picture) -> Sentence:
    """What comes next: ``5 more fall due by 31 March 2022 and 1 is to begin``."""
    due, begin = len(counted(picture, "this_quarter")), len(counted(picture, "to_begin"))
    ends = long_date(picture.reading.quarter.last_day)
    more = bool(counted(picture, "due"))
    pieces: list[Piece] = []
    if due:
        named = f"{due} more" if more else numbered(due, "milestone")
        pieces.append(Piece(named, timeline(milestones="this_quarter")))
        pieces.append(Piece(f" {'falls' if due == 1 else 'fall'} due by {ends}"))
    if begin:
        rows = timeline(milestones="to_begin")
        tail = f" {be(begin)} to begin" + ("" if due else f" by {ends}")
        pieces += [Piece(" and "), Piece(str(begin), rows)] if due else [Piece(numbered(begin, "start"), rows)]
        pieces += [Piece(tail)]
    if pieces:
        return (*pieces, Piece("."))
    return _next_one(picture, ends)


def _next_one(picture: Picture, ends: str) -> Sentence:
    coming = counted(picture, "to_come")
    if not coming:
        return (Piece("Nothing more is to come."),) if picture.milestones else ()
    return (
        Piece(f"Nothing falls due by {ends}; the next date is "),
        Piece(long_date(coming[0].agreed_due), timeline(milestones="to_come")),
        Piece("."),
    )


def _paused(picture: Picture) -> Sentence:
    paused = len(picture.milestones_in(DueState.OVERDUE_PAUSED))
    if not paused:
        return ()
    return (
        Piece(f"{numbered(paused, 'more milestone')} {be(paused)} past", overdue(anchor="paused")),
        Piece(f" {'its date' if paused == 1 else 'their dates'} while paused, and not counted here."),
    )
