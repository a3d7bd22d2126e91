"""What a return says: the report itself, what may stand again unchanged, what explains itself, and what is wrong.

Shared by filing and reviewing; nothing here writes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime

from activities.actions.common import Refused
from activities.actions.status import check_report
from activities.due_states import lateness
from activities.models import DateProposal, Filing, Milestone, ProposalState, Return, StatusUpdate
from activities.statuses import MEANINGS, DeliveryStatus
from activities.unchanged import Unchanged
from activities.workflow import Statement
from agencies.standing import Standing
from tnoc_tracker.record.days import long_date


@dataclass(frozen=True)
class NewDate:
    """Another date that a return proposes for a milestone, with its reason."""

    milestone: int
    due: date
    reason: str


@dataclass(frozen=True)
class Report:
    """What a return says: the statement, milestones delivered (by id), proposed dates, what the forecast is for."""

    statement: Statement
    deliveries: Mapping[int, date] = field(default_factory=dict)
    proposals: tuple[NewDate, ...] = ()
    forecast_of: int | None = None


def new_filing(held: Return, report: Report, *, person_id: int, person_name: str, at: datetime) -> Filing:
    """The next filing of a return, not saved."""
    return Filing(
        ret=held,
        number=held.filings + 1,
        at=at,
        person_id=person_id,
        person_name=person_name,
        forecast_of_id=report.forecast_of,
        deliveries=[{"milestone": key, "on": day.isoformat()} for key, day in report.deliveries.items()],
        proposals=[{"milestone": each.milestone, "due": each.due.isoformat()} for each in report.proposals],
        proposed_why="\n".join(" ".join(each.reason.split()) for each in report.proposals),
        **asdict(report.statement),
    )


# No change --------------------------------------------------------------------------------------------------------


def last_update_of(ret: Return) -> StatusUpdate | None:
    """What was said last of the same part, or of the whole."""
    rows = StatusUpdate.objects.filter(activity_id=ret.activity_id, part=ret.part)
    found: StatusUpdate | None = rows.order_by("-number").first()
    return found


def why_not_unchanged(ret: Return, on: date) -> str:
    """Why “no change” may not be said of a return on a day, in a sentence; empty where it may (two queries)."""
    return _same_again(ret, last_update_of(ret)).why_not(ret.round.quarter, on)


def unchanged(ret: Return, last: StatusUpdate | None) -> Report:
    """The report that nothing has changed: the words of the last one stand again, under the status of now."""
    again = _same_again(ret, last)
    return Report(again.statement, forecast_of=again.forecast_of)


def _same_again(ret: Return, last: StatusUpdate | None) -> Unchanged:
    still_open = list(Milestone.objects.filter(activity_id=ret.activity_id).still_open())
    return Unchanged(DeliveryStatus(ret.part.status if ret.part else ret.activity.status), last, still_open)


# What explains itself, and what is wrong -----------------------------------------------------------------------------


def explained(ret: Return, report: Report, on: date) -> Report:
    """A report that is on track, where a new date is proposed for everything overdue: that explains it."""
    said = report.statement
    if said.status != DeliveryStatus.ON_TRACK or said.explanation.strip():
        return report
    rows = Milestone.objects.filter(activity_id=ret.activity_id).still_open().exclude(id__in=list(report.deliveries))
    overdue = [row for row in rows.order_by("position") if lateness(row.agreed_due, on)]
    asked_for = {each.milestone_id: (each.proposed_due, each.reason) for each in _waiting(overdue)}
    asked_for |= {each.milestone: (each.due, each.reason) for each in report.proposals}
    if not overdue or not {row.id for row in overdue} <= set(asked_for):
        return report
    words = "; ".join(_proposed(row, *asked_for[row.id]) for row in overdue)
    return replace(report, statement=replace(said, explanation=words[0].upper() + words[1:]))


def _waiting(rows: list[Milestone]) -> list[DateProposal]:
    """The proposals that wait for an answer about some milestones."""
    return list(DateProposal.objects.filter(milestone__in=rows, state=ProposalState.OPEN))


def _proposed(row: Milestone, due: date, reason: str) -> str:
    return f"new date proposed for “{row.name}”, {long_date(due)}: {reason.strip().rstrip('.')}"


def check(held: Return, report: Report, *, by: Standing, on: date, confirming: bool = False) -> None:
    """``Refused`` for all that is wrong with a report, as a status update would be, and its proposed dates."""
    wrong: dict[str, str] = {}
    days = dict(report.deliveries)
    try:
        check_report(
            held.activity,
            held.part,
            report.statement,
            days,
            report.forecast_of,
            by=by,
            on=on,
            confirming=confirming,
        )
    except Refused as refusal:
        wrong = refusal.faults
    wrong = {**wrong, **_wrong_dates(held, report, on)}
    if wrong:
        raise Refused(wrong)


def _wrong_dates(held: Return, report: Report, on: date) -> dict[str, str]:
    """What is wrong with proposed dates, each beside its field."""
    finished = MEANINGS[DeliveryStatus(report.statement.status)].finished and held.part is None
    rows = list(Milestone.objects.filter(activity_id=held.activity_id).still_open())
    open_ones = {row.id: row for row in rows if row.id not in report.deliveries and not finished}
    waiting = {each.milestone_id for each in _waiting(rows)} if report.proposals else set()
    wrong: dict[str, str] = {}
    seen: set[int] = set()
    for each in report.proposals:
        row, place = open_ones.get(each.milestone), f"proposed_{each.milestone}"
        if row is None:
            wrong[place] = "Only the date of an open milestone can move."
        elif each.milestone in seen:
            wrong[place] = "Propose one new date for a milestone."
        elif each.due < on:
            wrong[place] = f"{long_date(each.due)} has passed: propose a day to come."
        elif each.due == row.agreed_due:
            wrong[place] = f"The agreed date is {long_date(each.due)} already."
        elif each.milestone in waiting:
            wrong[place] = "A new date is proposed already, and waits for an answer."
        if not each.reason.strip():
            wrong[f"proposed_why_{each.milestone}"] = "Give the reason for the new date."
        seen.add(each.milestone)
    return wrong
