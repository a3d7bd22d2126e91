"""What of a reporting round waits for the Secretariat's review, the oldest filing first, and what is missing."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, Func, IntegerField, Max, Subquery

from activities.asking import secretariat_answers
from activities.models import Comment, Filing
from activities.reading import Reading
from activities.returns import RETURNED, TO_REVIEW, WITH_BODY
from activities.summaries.headline import be, numbered
from activities.summaries.reviewing import Filed, about
from tnoc_tracker.record.days import long_date


@dataclass(frozen=True)
class InQueue(Filed):
    """A return that waits for review.

    ``last_number`` and ``last_at`` are those of the newest report on the same: 0 and None where there is none.
    """

    last_number: int = 0
    last_at: datetime | None = None

    @property
    def sent_back(self) -> int:
        """How often it was sent back before."""
        return int(self.filing.number) - 1

    @property
    def comments(self) -> int:
        """How many comments others have added."""
        return self.ret.comment_count or 0

    @property
    def overtaken(self) -> bool:
        """Whether somebody has reported on the same since it was filed, past this return."""
        return self.last_at is not None and self.last_at > self.filing.at


@dataclass(frozen=True)
class Queue:
    """What of a round waits for review, the oldest filing first; ``returns`` are all that it asks for."""

    reading: Reading
    round: Any
    returns: tuple[Any, ...]
    waiting: tuple[InQueue, ...]

    @property
    def unchanged(self) -> list[InQueue]:
        """What confirms that nothing has changed, and that nobody has reported on since."""
        return [each for each in self.waiting if each.filing.no_change and not each.overtaken]

    @property
    def stamps(self) -> dict[int, int]:
        """The stamp of each unchanged return, by its id."""
        return {each.ret.id: each.ret.stamp for each in self.unchanged}

    @property
    def returned(self) -> int:
        """How many came back, those not yet reviewed among them."""
        return sum(1 for each in self.returns if each.state in RETURNED)

    @property
    def finding(self) -> str:
        """``6 returns wait for review; the oldest since 3 February 2022``."""
        if not self.waiting:
            return "Nothing waits for review"
        verb = "waits" if len(self.waiting) == 1 else "wait"
        told = f"{numbered(len(self.waiting), 'return', 'returns')} {verb} for review"
        return f"{told}; the oldest since {long_date(self.waiting[0].filed_on)}"

    @property
    def missing(self) -> list[tuple[str, int]]:
        """The agencies that have something to write or to finish, with how much, the most first."""
        rows = [body for body in self._with_body if not secretariat_answers(body)]
        return sorted(Counter(body.label for body in rows).items(), key=lambda pair: (-pair[1], pair[0]))

    @property
    def ours(self) -> int:
        """How many are missing that the Secretariat answers itself."""
        return sum(1 for body in self._with_body if secretariat_answers(body))

    @property
    def _with_body(self) -> list[Any]:
        rows = [each for each in self.returns if each.state in WITH_BODY]
        return [self.reading.bodies[each.body_id] if each.body_id else None for each in rows]

    @property
    def missing_in_words(self) -> str:
        """``3 are missing: Customs 2, DOC 1; 4 more are the Secretariat’s own to answer``; empty for none."""
        count = sum(number for _, number in self.missing)
        bodies = ", ".join(f"{label} {number}" for label, number in self.missing)
        told = [f"{count} {be(count)} missing: {bodies}"] if count else []
        if self.ours:
            more = f"{self.ours} more" if count else str(self.ours)
            told.append(f"{more} {be(self.ours)} the Secretariat’s own to answer")
        return "; ".join(told)


def queue(reading: Reading, held: Any, stamp: Any) -> Queue:
    """The queue of a round (five queries, and one for the bodies); ``stamp`` is the expression of a return's."""
    comments = reading.beside(Comment, ret_id="id").order_by()
    # COUNT as a plain function, since Django would group an aggregate inside a subquery.
    counted = comments.annotate(total=Func(F("id"), function="COUNT", output_field=IntegerField())).values("total")
    rows = reading.returns.filter(round_id=held.id).select_related("part")
    returns = tuple(rows.annotate(stamp=stamp, comment_count=Subquery(counted)))
    by_id = {each.id: each for each in returns if each.state in TO_REVIEW}
    activities, milestones = about(reading, by_id.values())
    last = _last_reports(reading, activities)
    found = []
    for filing in reading.rows(Filing).filter(ret_id__in=list(by_id), outcome="").order_by("at", "id"):
        ret = by_id[filing.ret_id]
        body = reading.bodies.get(ret.body_id)
        on, number_and_at = reading.on, last.get((ret.activity_id, ret.part_id), (0, None))
        found.append(
            InQueue(ret, filing, activities[ret.activity_id], body, milestones[ret.activity_id], on, *number_and_at)
        )
    return Queue(reading, held, returns, tuple(found))


def _last_reports(reading: Reading, activity_ids: Any) -> dict[tuple[int, int | None], tuple[int, datetime]]:
    """The number and the moment of the newest report on each activity and each part, by their ids (one query)."""
    rows = reading.status_updates.filter(activity_id__in=list(activity_ids)).order_by()
    newest = rows.values("activity_id", "part_id").annotate(newest=Max("number"), newest_at=Max("at"))
    return {(each["activity_id"], each["part_id"]): (each["newest"], each["newest_at"]) for each in newest}


def waiting_ids(reading: Reading, round_id: int) -> list[int]:
    """The returns of a round that wait for review, the oldest filing first (one query)."""
    returns = reading.returns.filter(round_id=round_id, state__in=TO_REVIEW).order_by().values("id")
    rows = reading.rows(Filing).filter(ret_id__in=returns, outcome="").order_by("at", "id")
    return list(rows.values_list("ret_id", flat=True))
