"""What the help page says, made from the tables that the code itself asks: statuses, moves, due states, roles."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from activities.answering import GAP_WORDS
from activities.contradictions import TABLE
from activities.due_states import ACTIVITY_STATES, AGEING, DueState
from activities.due_states import MEANINGS as DUE_MEANINGS
from activities.models import RoleKind
from activities.quarters import FiscalQuarter, FiscalYear
from activities.statuses import FINISHED, MEANINGS, DeliveryStatus, Meaning
from activities.workflow import ASKS, Situation, choices, needs
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
    """A line of the permission table, and whether the reader has it whatever the activity."""

    permission: Permission
    is_yours: bool


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
    return [PermissionHelp(permission, may(standing, permission.name)) for permission in PERMISSIONS]


def quarters(on: date, starts_in: int) -> tuple[FiscalQuarter, ...]:
    """The quarters of the fiscal year that holds a day."""
    return FiscalYear.of(on, starts_in).quarters


@dataclass(frozen=True)
class Guide:
    """Everything that the help page takes from the tables, for a reader on a day."""

    on: date
    standing: Standing
    starts_in: int

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
            "permissions": permissions(self.standing),
            "quarters": quarters(self.on, self.starts_in),
            "quarter": FiscalQuarter.of(self.on, self.starts_in),
        }
