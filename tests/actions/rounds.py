"""What the tests of rounds share: a round of the world, its returns, and reports to file for them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from activities.actions.reports import NewDate, Report
from activities.actions.returns import file_return
from activities.actions.rounds import open_round
from activities.models import Filing, Return, Round
from activities.quarters import FiscalQuarter
from activities.statuses import DeliveryStatus
from activities.workflow import Statement
from agencies.standing import Standing
from tests.generated import on_track
from tests.world import World, moment
from tnoc_tracker.record.days import day_of

Q2 = FiscalQuarter.parse("Q2 FY2021/22")
Q3 = FiscalQuarter.parse("Q3 FY2021/22")
OPENED, DUE = date(2022, 1, 17), date(2022, 1, 28)


def told(world: World, on: date | datetime = OPENED, username: str = "secretariat") -> dict[str, Any]:
    """Who and when: at ten in the morning of a day, or at a moment."""
    at = on if isinstance(on, datetime) else moment(on)
    return {"by": Standing.of(world.person(username), day_of(at)), "at": at}


def opened(world: World, quarter: FiscalQuarter = Q2, on: date = OPENED, due: date = DUE) -> Round:
    """The round of a quarter, opened by the Secretariat."""
    return open_round(plan=world.plan, quarter=quarter, due_on=due, note="Kia ora", **told(world, on))


def asked(key: str | int, body: str = "", quarter: FiscalQuarter = Q2) -> Return:
    """What a round asks about an activity, or about a body's part of it; not what was dropped."""
    rows = Return.objects.select_related("activity__plan", "part", "round", "body").filter(dropped_on=None)
    rows = rows.filter(round__quarter_key=quarter.key, activity__key=str(key))
    return rows.get(part__body__short=body) if body else rows.get()


def proposing(milestone: Any, due: date, reason: str = "The vendor is late.") -> tuple[NewDate, ...]:
    """One proposed date, as a report has it."""
    return (NewDate(milestone.id, due, reason),)


def filed(
    world: World, key: str | int, said: Statement | None = None, *, by: str = "police", on: Any = OPENED, **more: Any
) -> Filing:
    """Somebody files a report on an activity, or with ``body`` on its part."""
    ret = asked(key, more.pop("body", ""), more.pop("quarter", Q2))
    report = Report(said or on_track("Two workshops held."), **more)
    return file_return(ret=ret, report=report, **told(world, on, by))


def said(status: DeliveryStatus, **words: Any) -> Statement:
    """A statement in few words."""
    return Statement(status, **words)
