"""What the help page says, made from the tables that the code itself asks: statuses, moves, due states, roles."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from activities.answering import GAP_WORDS
from activities.contradictions import TABLE
from activities.decisions import MOVES, AgendaKind
from activities.due_states import ACTIVITY_STATES, AGEING, DueState
from activities.due_states import MEANINGS as DUE_MEANINGS
from activities.models import RoleKind
from activities.pack_forms import PackForm
from activities.quarters import FiscalQuarter, FiscalYear
from activities.returns import MEANINGS as RETURN_MEANINGS
from activities.returns import RETURNED, StateMeaning
from activities.stages import AHEAD
from activities.statuses import FINISHED, MEANINGS, DeliveryStatus, Meaning
from activities.workflow import ASKS, Situation, choices, needs
from activities.working_days import Calendar
from agencies.permissions import PERMISSIONS, Permission, may
from agencies.standing import Standing


@dataclass(frozen=True)
class StatusHelp:
    """A delivery status: its table's row, and whether an agency's lead may set it."""

    meaning: Meaning
    asks: tuple[str, ...]
    by_leads: bool


@dataclass(frozen=True)
class MoveHelp:
    """A move between statuses that asks for more than the status itself."""

    words: str
    asks: tuple[str, ...]


@dataclass(frozen=True)
class PermissionHelp:
    """A line of the permission table, and how far the reader has it: ``yes``, ``no``, or for what."""

    permission: Permission
    yours: str


@dataclass(frozen=True)
class ReturnHelp:
    """A state of a return: its table's row, who has to do something next, and whether it counts as returned."""

    meaning: StateMeaning
    awaits: str
    counts: bool


AWAITS = {"body": "The body that answers", "secretariat": "The Secretariat", "": "Nobody"}
"""Who has to do something next, by ``StateMeaning.awaits``."""


@dataclass(frozen=True)
class DueDays:
    """How an installation counts: its calendar, days given for returns, and days until the Secretariat is told."""

    calendar: Calendar
    given: int
    escalated: int


ROLES: dict[RoleKind, str] = {
    RoleKind.LEAD: "Answers for the activity, or for the part that its scope names.",
    RoleKind.COORDINATOR: "Answers for the activity where nobody leads it.",
    RoleKind.SUPPORT: "Supports those who answer.",
    RoleKind.CONTRIBUTOR: "Gives input.",
    RoleKind.PARTICIPANT: "Joins with representatives.",
    RoleKind.WITHHELD: "The document withholds who it is.",
}
"""What each kind of role means. Source: the plan's Resourcing column."""


def statuses(on: date) -> list[StatusHelp]:
    """Every delivery status in the order of the form."""
    by_leads = choices(Situation(DeliveryStatus.NOT_STARTED, on))
    return [
        StatusHelp(meaning, tuple(ASKS[need] for need in meaning.needs), meaning.status in by_leads)
        for meaning in MEANINGS.values()
    ]


def moves(on: date) -> list[MoveHelp]:
    """The moves that ask for more, each with what more it asks for."""
    up = Situation(DeliveryStatus.AT_RISK, on)
    late = Situation(DeliveryStatus.ON_TRACK, on, overdue_days=1)
    begun = Situation(DeliveryStatus.ON_TRACK, on)
    closed = Situation(DeliveryStatus.PAUSED, on, by_secretariat=True)
    table = (
        ("Up from At risk or Off track", DeliveryStatus.ON_TRACK, up),
        ("On track while a milestone is overdue", DeliveryStatus.ON_TRACK, late),
        ("Back to Not started: only to correct a mistake", DeliveryStatus.NOT_STARTED, begun),
        ("Out of Paused, Completed or Not delivered: only the Secretariat", DeliveryStatus.ON_TRACK, closed),
    )
    return [MoveHelp(words, _more(status, situation)) for words, status, situation in table]


def _more(status: DeliveryStatus, situation: Situation) -> tuple[str, ...]:
    return tuple(ASKS[need] for need in needs(status, situation) if need not in MEANINGS[status].needs)


def permissions(standing: Standing) -> list[PermissionHelp]:
    """The permission table as the reader stands to it."""
    return [PermissionHelp(permission, _yours(permission.name, standing)) for permission in PERMISSIONS]


def _yours(name: str, standing: Standing) -> str:
    """How far a reader has a permission whose rest depends on the activity, or on whose it is."""
    if may(standing, name):
        return "yes"
    match name:
        case "update_status" | "propose_date" if standing.reporting_body_ids:
            return "for what your body answers for"
        case "report_on_decision" if standing.reporting_body_ids:
            return "for decisions that your body owns"
        case "comment_on_return" if standing.body_ids:
            return "where your body holds a role"
        case "read_mail" if standing.body_ids:
            return "your own"
        case _:
            return "no"


def returns() -> list[ReturnHelp]:
    """Every state of a return, in the order in which it goes on its way."""
    return [
        ReturnHelp(meaning, AWAITS[meaning.awaits], meaning.state in RETURNED) for meaning in RETURN_MEANINGS.values()
    ]


def quarters(on: date, starts_in: int) -> tuple[FiscalQuarter, ...]:
    """The quarters of the fiscal year that holds a day."""
    return FiscalYear.of(on, starts_in).quarters


@dataclass(frozen=True)
class Guide:
    """Everything that the help page takes from the tables, for a reader on a day."""

    on: date
    standing: Standing
    starts_in: int
    due_days: DueDays

    def as_context(self) -> dict[str, object]:
        """The names under which the template finds it."""
        return {
            "statuses": statuses(self.on),
            "moves": moves(self.on),
            "finished": [MEANINGS[status].label for status in FINISHED],
            "due_states": [(str(state.label), DUE_MEANINGS[state]) for state in DueState],
            "severity": [str(state.label).lower() for state in ACTIVITY_STATES if state is not DueState.WITHHELD],
            "ageing": AGEING,
            "contradictions": [(entry.status.value, entry.sentence) for entry in TABLE],
            "roles": [(str(kind.label), words) for kind, words in ROLES.items()],
            "gap_words": [words for key, words in GAP_WORDS.items() if key not in ("withheld", "named")],
            "agenda_kinds": [str(kind.label) for kind in AgendaKind],
            "decision_moves": [(str(each.move.label), each.sentence) for each in MOVES.values()],
            "pack_forms": [str(form.label) for form in PackForm],
            "permissions": permissions(self.standing),
            "quarters": [(each, self._usually_due(each)) for each in quarters(self.on, self.starts_in)],
            "returns": returns(),
            "due_days": self.due_days,
            "closed_days": sorted(each for each in self.due_days.calendar.closed if each >= self.on),
            "ahead": [str(count) for count in reversed(AHEAD) if count],
            "quarter": FiscalQuarter.of(self.on, self.starts_in),
        }

    def _usually_due(self, quarter: FiscalQuarter) -> date:
        return self.due_days.calendar.after(quarter.last_day, self.due_days.given)
