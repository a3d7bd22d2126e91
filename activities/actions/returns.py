"""Returns: drafted, filed or confirmed by whoever answers; accepted, sent back or corrected by the Secretariat.

What was said is never altered: every filing is a row, and a correction is another one. The register changes when a
filing is accepted, in one transaction, in the name of the person who reported.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Coalesce

from activities.actions.common import Forbidden, Refused, hold, require, require_words
from activities.actions.proposals import propose_date
from activities.actions.reports import (
    Report,
    check,
    explained,
    last_update_of,
    new_filing,
    unchanged,
    why_not_unchanged,
)
from activities.actions.return_rights import commenting, may_draft, target_of_return
from activities.actions.rounds import follow_returns, hold_activities, hold_open_rounds, require_open
from activities.actions.status import Filed, update_status
from activities.models import (
    Comment,
    Draft,
    Filing,
    FilingOutcome,
    Milestone,
    ProposalState,
    Return,
    Round,
    StatusUpdate,
)
from activities.returns import TO_REVIEW, WITH_BODY, ReturnState
from activities.unchanged import statement_of
from agencies.models import Body, BodyFunction, Person
from agencies.permissions import may
from agencies.standing import Standing
from tnoc_tracker.record.change import Actor, Conflict
from tnoc_tracker.record.days import day_of
from tnoc_tracker.record.writing import record, whole

# Looking up -------------------------------------------------------------------------------------------------------


def stamp_of_return(return_id: int) -> int:
    """A number that grows with each change of a return, each filing and each saving of its draft (two queries)."""
    version: int = Return.objects.values_list("version", flat=True).get(id=return_id)
    return version + (Draft.objects.filter(ret_id=return_id).values_list("version", flat=True).first() or 0)


def return_stamp_expression() -> Any:
    """The same stamp as an expression over live returns: for a page that reads it together with what it stands for."""
    draft = Draft.objects.filter(ret_id=OuterRef("id")).values("version")
    return F("version") + Coalesce(Subquery(draft), 0)


def _hold(ret: Return, expected: int | None) -> Return:
    """The return, locked until the transaction ends, of a round that is open; ``Conflict`` where the stamp is old."""
    # Always in this order, so that no two writers wait for each other: activities, open rounds, returns.
    activity = hold(ret.activity_id, None)
    still_open = {each.id: each for each in hold_open_rounds(activity.plan_id)}
    rows = Return.objects.select_for_update(of=("self",)).select_related("part", "body")
    held: Return = rows.get(id=ret.id)
    held.activity, held.round = activity, still_open.get(ret.round_id) or Round.objects.get(id=ret.round_id)
    require_open(held.round)
    if held.dropped_on is not None:
        raise Refused({"": f"This return is not asked for any more: {held.dropped_why}"})
    if expected is not None and stamp_of_return(held.id) != expected:
        raise Conflict("Somebody else has changed this return since you opened it.")
    return held


def _person(by: Standing) -> int:
    """The person who writes; programs report nothing."""
    if by.actor.person_id is None:
        raise Forbidden("A return is written by a person.")
    return by.actor.person_id


# Writing ----------------------------------------------------------------------------------------------------------


@whole()
def save_draft(
    *, ret: Return, typed: Mapping[str, str], by: Standing, at: datetime, expected: int | None = None
) -> Draft:
    """Keep what is typed, whatever is still missing; a colleague of the same body can go on with it."""
    held = _hold(ret, expected)
    if not may_draft(held, by, day_of(at)):
        raise Forbidden("A draft is kept by the body that answers.")
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


@whole()
def file_return(*, ret: Return, report: Report, by: Standing, at: datetime, expected: int | None = None) -> Filing:
    """File what is to be said of an activity or part; the Secretariat reviews it, its own is accepted at once.

    Raises ``Refused`` with a sentence per field, as a status update would, ``Conflict``, or ``Forbidden``.
    """
    held = _hold(ret, expected)
    require(by, "update_status", target_of_return(held, day_of(at)))
    _refuse_unless_with_body(held)
    return _file(held, explained(held, report, day_of(at)), by=by, at=at, no_change=False)


@whole()
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
    return _file(held, unchanged(held, last_update_of(held)), by=by, at=at, no_change=True)


def _file(held: Return, report: Report, *, by: Standing, at: datetime, no_change: bool) -> Filing:
    check(held, report, by=by, on=day_of(at), confirming=no_change)
    filing = new_filing(held, report, person_id=_person(by), person_name=by.actor.name, at=at)
    filing.no_change = no_change
    held.filings = filing.number
    if held.returned_at is None:
        held.returned_at, held.due_when_returned = at, held.due_on
    held.state = _state_of_filed(held, no_change)
    said = f"{'Confirmed without change' if no_change else 'Filed'} for the round of {held.round}"
    record(held, by=by.actor, at=at, reason=said)
    record(filing, by=by.actor, at=at, reason=said)
    _set_draft_aside(held, filed=not no_change and may_draft(held, by, day_of(at)))
    if may(by, "run_rounds"):
        _accept(held, filing, by=by, at=at)
    return filing


def _set_draft_aside(held: Return, *, filed: bool) -> None:
    """Empty the draft where it was filed; what was typed beside a "no change", or by others, is not thrown away."""
    drafts = Draft.objects.filter(ret=held)
    # Its version stays ahead, so that a page opened before is told that the return has moved on.
    drafts.update(version=F("version") + 1, **({"typed": {}} if filed else {}))


def _state_of_filed(held: Return, no_change: bool) -> ReturnState:
    if held.was_late:
        return ReturnState.RETURNED_LATE
    return ReturnState.CONFIRMED if no_change else ReturnState.RETURNED


@whole()
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


def _review(ret: Return, by: Standing, expected: int | None, last: int | None = None) -> tuple[Return, Filing]:
    """The return and the filing that waits; ``Conflict`` where the newest report on the same is not number ``last``."""
    require(by, "run_rounds")
    held = _hold(ret, expected)
    if last is not None and last != (newest.number if (newest := last_update_of(held)) else 0):
        raise Conflict("Somebody else has reported on this since you opened it.")
    if held.state not in TO_REVIEW:
        raise Refused({"": f"This return is {held.meaning.label.lower()}: there is nothing to review."})
    filing: Filing = Filing.objects.get(ret=held, number=held.filings)
    return held, filing


@whole()
def accept_return(
    *,
    ret: Return,
    answer: str = "",
    by: Standing,
    at: datetime,
    expected: int | None = None,
    last: int | None = None,
) -> StatusUpdate:
    """Take what was filed into the register, in the name of whoever filed it; proposed dates wait for an answer.

    ``last`` is the number of the report on the same that the reviewer saw as the last one, 0 for none.

    ``Refused`` where it can no longer be said: the status moved meanwhile, a milestone was closed. A proposed date
    that is agreed by now, or whose milestone is closed, is left aside, and the answer on record says so.
    """
    held, filing = _review(ret, by, expected, last)
    return _accept(held, filing, answer=answer, by=by, at=at)


@whole()
def accept_unchanged(
    *, round: Round, by: Standing, at: datetime, seen: Mapping[int, int] | None = None
) -> list[Return]:
    """Accept what was filed as unchanged and waits for review; ``seen`` are the stamps of what the reviewer saw, by id.

    What was filed since, and what somebody has reported on since it was filed, stays in the queue.
    """
    require(by, "run_rounds")
    hold_activities(round.plan_id)
    latest = Filing.objects.filter(ret__round=round, number=F("ret__filings"), no_change=True).order_by().values("ret")
    waiting = Return.objects.filter(id__in=latest, dropped_on=None, state__in=TO_REVIEW).order_by("id")
    wanted = [row for row in waiting if seen is None or row.id in seen]
    return [row for row in wanted if _could_accept(row, by, at, seen[row.id] if seen else None)]


def _could_accept(row: Return, by: Standing, at: datetime, expected: int | None) -> bool:
    try:
        with transaction.atomic():
            held, filing = _review(row, by, expected)
            last = last_update_of(held)
            if last is None or last.at <= filing.at:
                _accept(held, filing, by=by, at=at)
    except (Refused, Conflict):
        return False
    return held.state == ReturnState.ACCEPTED


def _accept(held: Return, filing: Filing, *, answer: str = "", by: Standing, at: datetime) -> StatusUpdate:
    filed = Filed(_reporter(filing), filing.at, filing.no_change)
    held.state = ReturnState.ACCEPTED
    record(held, by=by.actor, at=at, reason=answer.strip() or "Accepted")
    update = update_status(
        activity=held.activity,
        part=held.part,
        statement=statement_of(filing, filing.status),
        deliveries={each["milestone"]: date.fromisoformat(each["on"]) for each in filing.deliveries},
        forecast_of=filing.forecast_of_id,
        by=by,
        at=at,
        filed=filed,
    )
    left = _propose(filing, filed, by=by, at=at)
    filing.update = update
    _answer(filing, FilingOutcome.ACCEPTED, " ".join([answer.strip(), *left]), by, at)
    return update


def _reporter(filing: Filing) -> Standing:
    """Where the person who filed stood on that day, under the name of that day."""
    standing = Standing.of(Person.objects.get(id=filing.person_id), day_of(filing.at))
    return replace(standing, actor=Actor(filing.person_name, filing.person_id))


def _propose(filing: Filing, filed: Filed, *, by: Standing, at: datetime) -> list[str]:
    """Put the proposed dates of a filing to the Secretariat; a sentence for each that is settled by now."""
    left: list[str] = []
    for each in filing.new_dates:
        row = Milestone.objects.get(id=each["milestone"])
        due = each["due"]
        if not row.is_open:
            left.append(f"The new date for “{row.name}” was left aside: it is closed by now.")
        elif row.agreed_due == due:
            left.append(f"The new date for “{row.name}” is agreed by now.")
        elif row.proposals.filter(state=ProposalState.OPEN).exists():
            waits = f"Another new date for “{row.name}” waits for an answer: give that first, then accept."
            raise Refused({f"proposed_{row.id}": waits})
        else:
            propose_date(milestone=row, to=due, reason=each["reason"], by=by, at=at, filed=filed)
    return left


def _answer(filing: Filing, outcome: FilingOutcome, answer: str, by: Standing, at: datetime) -> None:
    filing.outcome, filing.answer = outcome, answer.strip()
    filing.answered_by, filing.answered_at = by.actor.name, at
    record(filing, by=by.actor, at=at, reason=filing.answer or str(outcome.label))


@whole()
def send_back(*, ret: Return, answer: str, by: Standing, at: datetime, expected: int | None = None) -> Return:
    """Send a filing back to the body that answers by now, with what is wanted; what was filed stays on record."""
    held, filing = _review(ret, by, expected)
    wanted = require_words(answer, "answer", "Say what is wanted.")
    _answer(filing, FilingOutcome.SENT_BACK, wanted, by, at)
    held.state = ReturnState.SENT_BACK
    record(held, by=by.actor, at=at, reason=wanted)
    follow_returns(held.activity, by=by, at=at, reason=wanted)
    held.refresh_from_db()
    return held


@whole()
def correct_return(
    *,
    ret: Return,
    report: Report,
    reason: str,
    by: Standing,
    at: datetime,
    expected: int | None = None,
    last: int | None = None,
) -> StatusUpdate:
    """Accept something else than was filed: the Secretariat's own filing, with a reason, that refers to the first.

    The status update is the Secretariat's: nobody is made to have said what they did not say.
    """
    held, filing = _review(ret, by, expected, last)
    why = require_words(reason, "corrected_why", "Give the reason for the correction.")
    said = explained(held, report, day_of(at))
    check(held, said, by=by, on=day_of(at))
    _answer(filing, FilingOutcome.CORRECTED, why, by, at)
    correction = new_filing(held, said, person_id=_person(by), person_name=by.actor.name, at=at)
    correction.corrects, correction.corrected_why = filing, why
    held.filings = correction.number
    record(held, by=by.actor, at=at, reason=why)
    record(correction, by=by.actor, at=at, reason=why)
    return _accept(held, correction, by=by, at=at)
