"""Returns: drafted, filed or confirmed by whoever answers; accepted, sent back or corrected by the Secretariat.

What was said is never altered: every filing is a row, and a correction is another one. The register changes when a
filing is accepted, in one transaction, in the name of the person who reported.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import date, datetime
from typing import Any

from django.db import transaction

from activities.actions.common import Forbidden, Refused, hold, require, require_words
from activities.actions.proposals import propose_date
from activities.actions.rounds import hold_round, require_open
from activities.actions.status import Filed, check_report, situation_of, target_of, update_status
from activities.due_states import lateness
from activities.models import (
    Comment,
    Draft,
    Filing,
    FilingOutcome,
    Milestone,
    Part,
    Return,
    Role,
    Round,
    StatusUpdate,
)
from activities.returns import TO_REVIEW, WITH_BODY, ReturnState
from activities.statuses import DeliveryStatus
from activities.workflow import Statement
from agencies.models import Body, BodyFunction, Person
from agencies.permissions import Target, may
from agencies.standing import Standing
from tnoc_tracker.record.change import Conflict
from tnoc_tracker.record.days import day_of, long_date
from tnoc_tracker.record.writing import record


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


# Looking up -------------------------------------------------------------------------------------------------------


def stamp_of_return(return_id: int) -> int:
    """A number that grows with each change of a return, each filing and each saving of its draft (two queries)."""
    version: int = Return.objects.values_list("version", flat=True).get(id=return_id)
    return version + (Draft.objects.filter(ret_id=return_id).values_list("version", flat=True).first() or 0)


def _hold(ret: Return, expected: int | None) -> Return:
    """The return, locked until the transaction ends, of a round that is open; ``Conflict`` where the stamp is old."""
    # Always in this order, so that no two writers wait for each other: activity, round, return.
    activity = hold(ret.activity_id, None)
    opened = hold_round(ret.round_id)
    rows = Return.objects.select_for_update(of=("self",)).select_related("part", "body")
    held: Return = rows.get(id=ret.id)
    held.activity, held.round = activity, opened
    if expected is not None and stamp_of_return(held.id) != expected:
        raise Conflict("Somebody else has changed this return since you opened it.")
    require_open(held.round)
    if held.dropped_on is not None:
        raise Refused({"": f"This return is not asked for any more: {held.dropped_why}"})
    return held


def target_of_return(ret: Return, on: date) -> Target:
    """The bodies whose reporters may write a return: whoever answers for the part, else for the activity."""
    return target_of(ret.activity, ret.part, on)


def commenting(ret: Return) -> Target:
    """The bodies whose members may comment: those with a role in the activity, and whoever answers for it."""
    held = Role.objects.filter(activity_id=ret.activity_id, ended_on=None).exclude(body=None)
    own = {ret.body_id} if ret.body_id else set()
    return Target(frozenset(held.values_list("body_id", flat=True)) | frozenset(own))


def _person(by: Standing) -> int:
    """The person who writes; programs report nothing."""
    if by.actor.person_id is None:
        raise Forbidden("A return is written by a person.")
    return by.actor.person_id


# Writing ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def save_draft(
    *, ret: Return, typed: Mapping[str, str], by: Standing, at: datetime, expected: int | None = None
) -> Draft:
    """Keep what is typed, whatever is still missing; a colleague of the same body can go on with it."""
    held = _hold(ret, expected)
    require(by, "update_status", target_of_return(held, day_of(at)))
    _refuse_unless_with_body(held)
    draft = Draft.objects.filter(ret=held).first() or Draft(ret=held)
    draft.typed, draft.saved_at = dict(typed), at
    draft.person_id, draft.person_name = _person(by), by.actor.name
    draft.version += 1
    draft.save()
    if held.state == ReturnState.REQUESTED:
        held.state = ReturnState.DRAFT
        record(held, by=by.actor, at=at, reason="Begun")
    return draft


def _refuse_unless_with_body(held: Return) -> None:
    if held.state not in WITH_BODY:
        raise Refused({"": f"This return is {held.meaning.label.lower()}: it is not yours to change now."})


@transaction.atomic
def file_return(*, ret: Return, report: Report, by: Standing, at: datetime, expected: int | None = None) -> Filing:
    """File what is to be said of an activity or part; the Secretariat reviews it, its own is accepted at once.

    Raises ``Refused`` with a sentence per field, as a status update would, ``Conflict``, or ``Forbidden``.
    """
    held = _hold(ret, expected)
    require(by, "update_status", target_of_return(held, day_of(at)))
    _refuse_unless_with_body(held)
    return _file(held, _explained(held, report, at), by=by, at=at, no_change=False)


@transaction.atomic
def confirm_no_change(*, ret: Return, by: Standing, at: datetime, expected: int | None = None) -> Filing:
    """File that nothing has changed since the last report: the words of that report stand again.

    ``Refused`` where a milestone has come due since, or the last report does not say what its status needs now.
    """
    held = _hold(ret, expected)
    require(by, "update_status", target_of_return(held, day_of(at)))
    _refuse_unless_with_body(held)
    why_not = why_not_unchanged(held, day_of(at))
    if why_not:
        raise Refused({"": why_not})
    last = last_update_of(held)
    forecast_of = last.forecast_of_id if last and last.forecast_of and last.forecast_of.is_open else None
    return _file(held, Report(_same_again(held, last), forecast_of=forecast_of), by=by, at=at, no_change=True)


def why_not_unchanged(ret: Return, on: date) -> str:
    """Why “no change” may not be said of a return, in a sentence; empty where it may."""
    rows = Milestone.objects.filter(activity_id=ret.activity_id).still_open()
    by_now = rows.filter(agreed_due__lte=max(on, ret.round.quarter.last_day))
    come = by_now.order_by("agreed_due", "position").first()
    if come is not None:
        verb = "is due" if come.agreed_due > on else "came due"
        return f"“{come.name}” {verb} on {long_date(come.agreed_due)}: say what became of it."
    if last_update_of(ret) is None and _status_of(ret) != DeliveryStatus.NOT_STARTED:
        return "There is no earlier report that could stand again."
    return ""


def last_update_of(ret: Return) -> StatusUpdate | None:
    """What was said last of the same part, or of the whole."""
    rows = StatusUpdate.objects.filter(activity_id=ret.activity_id, part=ret.part)
    found: StatusUpdate | None = rows.order_by("-number").first()
    return found


def _status_of(ret: Return) -> DeliveryStatus:
    return DeliveryStatus(ret.part.status if ret.part else ret.activity.status)


def _same_again(ret: Return, last: StatusUpdate | None) -> Statement:
    """The statement of the last report, with its status of now."""
    status = _status_of(ret)
    if last is None or last.to_status != status:
        return Statement(status=status, what_was_done="No change since the last report.")
    same = statement_of(last, status)
    return replace(same, what_was_done=same.what_was_done or "No change since the last report.")


def statement_of(row: StatusUpdate | Filing, status: str) -> Statement:
    """What a row of the register says, as a statement."""
    names = [each.name for each in fields(Statement) if each.name != "status"]
    return Statement(status=DeliveryStatus(status), **{name: getattr(row, name) for name in names})


def _explained(ret: Return, report: Report, at: datetime) -> Report:
    """A report that is on track, where a new date is proposed for everything overdue: that explains it."""
    said = report.statement
    if said.status != DeliveryStatus.ON_TRACK or said.explanation.strip() or not report.proposals:
        return report
    rows = Milestone.objects.filter(activity_id=ret.activity_id).still_open().exclude(id__in=list(report.deliveries))
    overdue = {row.id for row in rows if lateness(row.agreed_due, day_of(at))}
    asked_for = {each.milestone: each for each in report.proposals}
    if not overdue or not overdue <= set(asked_for):
        return report
    words = "; ".join(f"new date proposed, {long_date(each.due)}: {each.reason}" for each in report.proposals)
    return replace(report, statement=replace(said, explanation=words[0].upper() + words[1:]))


def _file(held: Return, report: Report, *, by: Standing, at: datetime, no_change: bool) -> Filing:
    days = dict(report.deliveries)
    check_report(held.activity, held.part, report.statement, days, report.forecast_of, by=by, on=day_of(at))
    _check_proposals(held, report, day_of(at))
    filing = _filing(held, report, by=by, at=at)
    filing.no_change = no_change
    held.filings = filing.number
    held.returned_at = held.returned_at or at
    held.state = _state_of_filed(held, no_change)
    record(held, by=by.actor, at=at, reason=_reason(held, no_change))
    record(filing, by=by.actor, at=at, reason=_reason(held, no_change))
    Draft.objects.filter(ret=held).update(typed={}, version=_draft_version(held) + 1)
    if may(by, "run_rounds"):
        _accept(held, filing, by=by, at=at)
    return filing


def _draft_version(held: Return) -> int:
    return Draft.objects.filter(ret=held).values_list("version", flat=True).first() or 0


def _state_of_filed(held: Return, no_change: bool) -> ReturnState:
    if held.was_late:
        return ReturnState.RETURNED_LATE
    return ReturnState.CONFIRMED if no_change else ReturnState.RETURNED


def _reason(held: Return, no_change: bool) -> str:
    said = "Confirmed without change" if no_change else "Filed"
    return f"{said} for the round of {held.round}"


def _filing(held: Return, report: Report, *, by: Standing, at: datetime) -> Filing:
    said = asdict(report.statement)
    return Filing(
        ret=held,
        number=held.filings + 1,
        at=at,
        person_id=_person(by),
        person_name=by.actor.name,
        forecast_of_id=report.forecast_of,
        deliveries=[{"milestone": key, "on": day.isoformat()} for key, day in report.deliveries.items()],
        proposals=[
            {"milestone": each.milestone, "due": each.due.isoformat(), "reason": each.reason}
            for each in report.proposals
        ],
        **said,
    )


def _check_proposals(held: Return, report: Report, on: date) -> None:
    """``Refused`` for a proposed date that is none, beside its field."""
    open_ones = {row.id: row for row in Milestone.objects.filter(activity_id=held.activity_id).still_open()}
    wrong: dict[str, str] = {}
    for each in report.proposals:
        row, place = open_ones.get(each.milestone), f"proposed_{each.milestone}"
        if row is None or each.milestone in report.deliveries:
            wrong[place] = "Only the date of an open milestone can move."
        elif each.due < on:
            wrong[place] = f"{long_date(each.due)} has passed: propose a day to come."
        elif each.due == row.agreed_due:
            wrong[place] = f"The agreed date is {long_date(each.due)} already."
        elif row.proposals.filter(state="open").exists():
            wrong[place] = "A new date is proposed already, and waits for an answer."
        if not each.reason.strip():
            wrong[f"proposed_why_{each.milestone}"] = "Give the reason for the new date."
    if wrong:
        raise Refused(wrong)


@transaction.atomic
def comment_on_return(*, ret: Return, text: str, by: Standing, at: datetime) -> Comment:
    """Add a comment to a return that its body still writes, or the Secretariat reviews."""
    held = _hold(ret, None)
    target = commenting(held)
    require(by, "comment_on_return", target)
    if not held.is_open:
        raise Refused({"text": f"This return is {held.meaning.label.lower()}: nothing can be added to it."})
    words = require_words(text, "text", "Write your comment.")
    own = Body.objects.filter(id__in=by.body_ids & target.body_ids).order_by("sort_key").first()
    comment = Comment(
        ret=held,
        body=own or Body.objects.get(function=BodyFunction.SECRETARIAT),
        person_id=_person(by),
        person_name=by.actor.name,
        at=at,
        text=words,
    )
    record(comment, by=by.actor, at=at, reason="Comment on a return")
    return comment


# Reviewing --------------------------------------------------------------------------------------------------------


def _review(ret: Return, by: Standing, expected: int | None) -> tuple[Return, Filing]:
    """The return and the filing that waits, for the Secretariat to answer."""
    require(by, "run_rounds")
    held = _hold(ret, expected)
    if held.state not in TO_REVIEW:
        raise Refused({"": f"This return is {held.meaning.label.lower()}: there is nothing to review."})
    filing: Filing = Filing.objects.get(ret=held, number=held.filings)
    return held, filing


@transaction.atomic
def accept_return(
    *, ret: Return, answer: str = "", by: Standing, at: datetime, expected: int | None = None
) -> StatusUpdate:
    """Take what was filed into the register, in the name of whoever filed it; proposed dates wait for an answer.

    ``Refused`` where it can no longer be said: the status moved meanwhile, a milestone was closed.
    """
    held, filing = _review(ret, by, expected)
    return _accept(held, filing, answer=answer, by=by, at=at)


@transaction.atomic
def accept_unchanged(*, round: Round, by: Standing, at: datetime) -> list[Return]:
    """Accept everything in a round that was filed as unchanged and waits for review."""
    require(by, "run_rounds")
    waiting = Return.objects.filter(round=round, dropped_on=None, state__in=TO_REVIEW).order_by("id")
    unchanged = [row for row in waiting if Filing.objects.get(ret=row, number=row.filings).no_change]
    for row in unchanged:
        held, filing = _review(row, by, None)
        _accept(held, filing, by=by, at=at)
    return unchanged


def _accept(held: Return, filing: Filing, *, answer: str = "", by: Standing, at: datetime) -> StatusUpdate:
    said_by = Standing.of(Person.objects.get(id=filing.person_id), day_of(filing.at))
    held.state = ReturnState.ACCEPTED
    record(held, by=by.actor, at=at, reason=answer.strip() or "Accepted")
    update = update_status(
        activity=held.activity,
        part=held.part,
        statement=statement_of(filing, filing.status),
        deliveries=_days_of(filing.deliveries),
        forecast_of=filing.forecast_of_id,
        by=by,
        at=at,
        filed=Filed(said_by, filing.at),
    )
    for each in filing.proposals:
        milestone = Milestone.objects.get(id=each["milestone"])
        due = date.fromisoformat(each["due"])
        propose_date(milestone=milestone, to=due, reason=each["reason"], by=said_by, at=at)
    filing.update = update
    _answer(filing, FilingOutcome.ACCEPTED, answer, by, at)
    return update


def _days_of(deliveries: Iterable[Mapping[str, Any]]) -> dict[int, date]:
    return {each["milestone"]: date.fromisoformat(each["on"]) for each in deliveries}


def _answer(filing: Filing, outcome: FilingOutcome, answer: str, by: Standing, at: datetime) -> None:
    filing.outcome, filing.answer = outcome, answer.strip()
    filing.answered_by, filing.answered_at = by.actor.name, at
    record(filing, by=by.actor, at=at, reason=filing.answer or str(outcome.label))


@transaction.atomic
def send_back(*, ret: Return, answer: str, by: Standing, at: datetime, expected: int | None = None) -> Return:
    """Send a filing back to the body, with what is wanted; what was filed stays on record."""
    held, filing = _review(ret, by, expected)
    wanted = require_words(answer, "answer", "Say what is wanted.")
    _answer(filing, FilingOutcome.SENT_BACK, wanted, by, at)
    held.state = ReturnState.SENT_BACK
    record(held, by=by.actor, at=at, reason=wanted)
    return held


@transaction.atomic
def correct_return(
    *, ret: Return, report: Report, reason: str, by: Standing, at: datetime, expected: int | None = None
) -> StatusUpdate:
    """Accept something else than was filed: the Secretariat's own filing, with a reason, that refers to the first.

    The status update is the Secretariat's: nobody is made to have said what they did not say.
    """
    held, filing = _review(ret, by, expected)
    why = require_words(reason, "corrected_why", "Give the reason for the correction.")
    check_report(
        held.activity, held.part, report.statement, dict(report.deliveries), report.forecast_of, by=by, on=day_of(at)
    )
    _check_proposals(held, report, day_of(at))
    _answer(filing, FilingOutcome.CORRECTED, why, by, at)
    correction = _filing(held, report, by=by, at=at)
    correction.corrects, correction.corrected_why = filing, why
    held.filings = correction.number
    record(held, by=by.actor, at=at, reason=why)
    record(correction, by=by.actor, at=at, reason=why)
    return _accept(held, correction, by=by, at=at)


def situation_of_return(ret: Return, *, by: Standing, on: date) -> Any:
    """What a report would be made about: the same as for a status update of the activity or part."""
    part = Part.objects.get(id=ret.part_id) if ret.part_id else None
    return situation_of(ret.activity, part, by=by, on=on)
