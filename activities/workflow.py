"""Which status may follow which, and what is missing: pure answers for forms, actions and help.

The tables are in ``statuses``; nothing here reads or writes a database. Sources: the plan's tracking rules,
"Delivery status" and "Moves".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from activities.decisions import Move
from activities.statuses import FINISHED, MEANINGS, REPORTABLE, DeliveryStatus, Need, worst_of

CLOSED = (*FINISHED, DeliveryStatus.PAUSED)
"""The statuses that stand by a decision."""


@dataclass(frozen=True)
class Statement:
    """What somebody says in one status update; empty texts and None mean unsaid. Dates are Auckland days."""

    status: DeliveryStatus
    what_was_done: str = ""
    what_changed: str = ""
    reason: str = ""
    path_to_green: str = ""
    forecast: date | None = None
    cannot_forecast: bool = False
    ask: str = ""
    no_ask: bool = False
    decision_reference: str = ""
    review_date: date | None = None
    completed_on: date | None = None
    statement: str = ""
    evidence_link: str = ""
    held_at: str = ""
    what_became: str = ""
    explanation: str = ""
    next_steps: str = ""


@dataclass(frozen=True)
class Situation:
    """What a statement is made about: the status so far, the day, and what the dates say.

    ``whole`` is said for a part only, where the Secretariat's own word for the whole stands by a decision.
    ``confirming`` says that the last report's words are said again, and nothing else: that may also be said of a pause.
    ``open_milestones`` and ``overdue_days`` are counted as if the milestones reported in the same save were
    delivered already; ``overdue_days`` is the most days of any, 0 where none is overdue.
    """

    status: DeliveryStatus
    on: date
    by_secretariat: bool = False
    open_milestones: int = 0
    overdue_days: int = 0
    whole: DeliveryStatus | None = None
    confirming: bool = False

    @property
    def closed_as(self) -> DeliveryStatus | None:
        """What can only be left by a decision: finished or paused, the whole before the part; None where neither is."""
        return next((each for each in (self.whole, self.status) if each in CLOSED), None)

    @property
    def is_closed(self) -> bool:
        """Whether the status can only be left by a decision."""
        return self.closed_as is not None


def closed_whole(status: str, parts: Iterable[str]) -> DeliveryStatus | None:
    """The status of a whole where the Secretariat paused or closed it, and not its parts; None where it did not."""
    whole, said = DeliveryStatus(status), list(parts)
    follows = bool(said) and worst_of(said) is whole
    return whole if whole in CLOSED and not follows else None


def choices(situation: Situation) -> tuple[DeliveryStatus, ...]:
    """The statuses that may follow, the present one included where it may be confirmed."""
    if situation.by_secretariat:
        return tuple(DeliveryStatus)
    if situation.is_closed:
        paused = situation.whole is None and situation.status is DeliveryStatus.PAUSED
        return (DeliveryStatus.PAUSED,) if situation.confirming and paused else ()
    return (*REPORTABLE, DeliveryStatus.COMPLETED)


def needs(status: DeliveryStatus, situation: Situation) -> tuple[Need, ...]:
    """What must be said to set a status in a situation, in the order of the form."""
    wanted = list(MEANINGS[status].needs)
    before = situation.status
    if status is DeliveryStatus.NOT_STARTED and before is not DeliveryStatus.NOT_STARTED:
        wanted.append(Need.REASON)
    if before in (DeliveryStatus.AT_RISK, DeliveryStatus.OFF_TRACK) and _is_better(status, before):
        wanted.append(Need.WHAT_CHANGED)
    if status is DeliveryStatus.ON_TRACK and situation.overdue_days:
        wanted.append(Need.EXPLANATION)
    left = status is not (situation.closed_as or status)
    if left and Need.DECISION not in wanted:
        wanted.append(Need.DECISION)
    return tuple(wanted)


def move_of(status: DeliveryStatus, situation: Situation) -> Move | None:
    """Which move reserved for a decision it is to set a status in a situation; None where it needs none."""
    if status is DeliveryStatus.PAUSED:
        return Move.PAUSE
    if status is DeliveryStatus.NOT_DELIVERED:
        return Move.CLOSE
    return Move.REOPEN if status is not (situation.closed_as or status) else None


def _is_better(status: DeliveryStatus, before: DeliveryStatus) -> bool:
    return status in REPORTABLE and MEANINGS[status].severity > MEANINGS[before].severity


ASKS: dict[Need, str] = {
    Need.WHAT_WAS_DONE: "Say what was done.",
    Need.REASON: "Give the reason.",
    Need.PATH_TO_GREEN: "Say what brings it back on track: the path to green.",
    Need.FORECAST: "Give a forecast date, or say that you cannot forecast.",
    Need.ASK: "Say what you ask of the Steering Group, or tick that there is no ask.",
    Need.DECISION: "Give the reference of the decision.",
    Need.REVIEW_DATE: "Give the day on which the pause is reviewed.",
    Need.COMPLETED_ON: "Give the day on which it was completed.",
    Need.STATEMENT: "State what was delivered.",
    Need.EVIDENCE: "Give a link to the evidence, or say where it is held.",
    Need.WHAT_BECAME: "Say what became of it.",
    Need.WHAT_CHANGED: "Say what has changed since the last report.",
    Need.EXPLANATION: "A milestone is overdue: explain why the activity is on track all the same.",
}
"""The sentence that asks for each thing, in forms and on the help page."""


def _is_said(need: Need, said: Statement) -> bool:
    match need:
        case Need.FORECAST:
            return said.forecast is not None or said.cannot_forecast
        case Need.ASK:
            return bool(said.ask.strip()) or said.no_ask
        case Need.EVIDENCE:
            return bool(said.evidence_link.strip() or said.held_at.strip())
        case _:
            value = getattr(said, need.value)
            return bool(value.strip()) if isinstance(value, str) else value is not None


FIELD_OF: dict[Need, str] = {need: need.value for need in Need} | {Need.EVIDENCE: "held_at"}
"""The form field beside which a missing thing is named."""


def faults(said: Statement, situation: Situation) -> dict[str, str]:
    """Everything wrong with a statement, a sentence per form field; empty where it may be saved."""
    if said.status not in choices(situation):
        return {"status": _why_not(said.status, situation)}
    found = {FIELD_OF[need]: ASKS[need] for need in needs(said.status, situation) if not _is_said(need, said)}
    found.update(_contradictions(said))
    if said.status is DeliveryStatus.COMPLETED:
        found.update(_completion_faults(said, situation))
    if said.status is DeliveryStatus.PAUSED and said.review_date and said.review_date <= situation.on:
        found["review_date"] = "The review of a pause lies in the future."
    return found


def _contradictions(said: Statement) -> dict[str, str]:
    found = {}
    if said.forecast and said.cannot_forecast:
        found["forecast"] = "Either give a forecast date or say that you cannot forecast, not both."
    if said.ask.strip() and said.no_ask:
        found["ask"] = "Either write the ask or tick that there is none, not both."
    return found


def _completion_faults(said: Statement, situation: Situation) -> dict[str, str]:
    found = {}
    if said.completed_on and said.completed_on > situation.on:
        found["completed_on"] = "The day of completion cannot lie in the future."
    if situation.open_milestones:
        count = situation.open_milestones
        noun = "1 milestone is" if count == 1 else f"{count} milestones are"
        found["status"] = (
            f"{noun} still open: report them delivered or begun below, or have them formally removed first."
        )
    return found


def _why_not(status: DeliveryStatus, situation: Situation) -> str:
    if situation.closed_as is not None:
        return f"“{situation.closed_as.label}” stands by a decision: only the Secretariat can change it."
    return f"Only the Secretariat can set “{status.label}”, with a decision reference."
