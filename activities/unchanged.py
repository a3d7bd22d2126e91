"""No change: whether the words of the last report may stand again, and which. Rows in, sentences out: nothing is read.

The use cases ask about one return, a page about all that are asked of somebody.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

from activities.quarters import FiscalQuarter
from activities.statuses import DeliveryStatus
from activities.workflow import Situation, Statement, faults
from tnoc_tracker.record.days import long_date


def statement_of(row: Any, status: str) -> Statement:
    """What a row of the register says, an update or a filing, as a statement."""
    names = [each.name for each in fields(Statement) if each.name != "status"]
    return Statement(status=DeliveryStatus(status), **{name: getattr(row, name) for name in names})


@dataclass(frozen=True)
class Unchanged:
    """Somebody says that nothing has changed about an activity or a part.

    ``status`` is the one of now, ``last`` what was said last of the same (None: nothing yet), ``still_open`` are the
    open milestones of the activity.
    """

    status: DeliveryStatus
    last: Any
    still_open: Collection[Any]

    @property
    def statement(self) -> Statement:
        """The words of the last report, under the status of now.

        What was said of a change or a decision then is not said again, nor a forecast for what is closed by now.
        """
        if self.last is None or self.last.to_status != self.status:
            nothing = "Not begun." if self.last is None else "No change since the last report."
            return Statement(status=self.status, what_was_done=nothing)
        said = replace(statement_of(self.last, self.status), what_changed="")
        if self.status is not DeliveryStatus.PAUSED:
            said = replace(said, decision_reference="")
        if self.last.forecast_of_id not in {None, *(each.id for each in self.still_open)}:
            said = replace(said, forecast=None)
        return replace(said, what_was_done=said.what_was_done or "No change since the last report.")

    @property
    def forecast_of(self) -> int | None:
        """The milestone that the forecast is for."""
        return self.last.forecast_of_id if self.last is not None and self.statement.forecast else None

    def why_not(self, quarter: FiscalQuarter, on: date) -> str:
        """Why it may not be said on a day in the round of a quarter, in a sentence; empty where it may.

        Not where a milestone has come due by then or by the end of the quarter (while it is paused, nothing comes
        due), nor where the words of the last report do not say what its status needs now.
        """
        by_then = max(on, quarter.last_day)
        dated = [each for each in self.still_open if each.agreed_due and each.agreed_due <= by_then]
        if dated and self.status is not DeliveryStatus.PAUSED:
            come = min(dated, key=lambda each: (each.agreed_due, each.position))
            verb = "is due" if come.agreed_due > on else "came due"
            return f"“{come.name}” {verb} on {long_date(come.agreed_due)}: say what became of it."
        if self.last is None and self.status is not DeliveryStatus.NOT_STARTED:
            return "There is no earlier report that could stand again."
        return self._why_not_the_words(on)

    def _why_not_the_words(self, on: date) -> str:
        said = self.statement
        if said.status is DeliveryStatus.PAUSED and said.review_date and said.review_date <= on:
            reviewed = long_date(said.review_date)
            return f"The pause was to be reviewed on {reviewed}: only the Secretariat can say what becomes of it."
        if faults(said, Situation(status=self.status, on=on, confirming=True)):
            return f"The last report does not say all that “{self.status.label}” needs now: write this one out."
        return ""
