"""Who may do what: one table of permissions, a sentence each, shown on the help page and asked by every view.

A person's roles follow from their memberships (``agencies.standing``) and from what their body answers for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import rules

from agencies.standing import Standing


@dataclass(frozen=True)
class Target:
    """What an update would be about: the bodies that answer for it, resolved through the reading.

    ``body_ids`` is empty where nobody is named (an accountability gap), or the row is withheld.
    """

    body_ids: frozenset[int] = frozenset()


@rules.predicate
def is_reader(standing: Standing) -> bool:
    """Any live membership."""
    return standing.may_read_register


@rules.predicate
def is_secretariat(standing: Standing) -> bool:
    """A live membership of the Secretariat, or a program."""
    return standing.is_secretariat or standing.is_program


@rules.predicate
def is_administrator(standing: Standing) -> bool:
    """The administrator's flag, or a program."""
    return standing.is_administrator or standing.is_program


@rules.predicate
def reports_for(standing: Standing, target: Target | None) -> bool:
    """A membership that may report, of a body that answers for the target."""
    return target is not None and bool(target.body_ids & standing.reporting_body_ids)


@rules.predicate
def belongs_to(standing: Standing, target: Target | None) -> bool:
    """A live membership of one of the target's bodies."""
    return target is not None and bool(target.body_ids & standing.body_ids)


@dataclass(frozen=True)
class Permission:
    """One line of the table: what it allows, who has it in words, and the predicate that decides."""

    name: str
    allows: str
    who: str
    test: Callable[..., Any]


PERMISSIONS: tuple[Permission, ...] = (
    Permission(
        "read_register",
        "Read the plan, its progress and its whole history.",
        "Everybody with a live membership of any body.",
        is_reader,
    ),
    Permission(
        "update_status",
        "Report on an activity or a part: status, what was said with it, milestones delivered or begun.",
        "The Secretariat; and members who may report, of the body that answers for the activity or part.",
        is_secretariat | reports_for,
    ),
    Permission(
        "propose_date",
        "Propose another date for an open milestone, with a reason; it counts when the Secretariat agrees.",
        "The Secretariat; and members who may report, of a body that answers for the activity or a part of it.",
        is_secretariat | reports_for,
    ),
    Permission(
        "run_rounds",
        "Open, extend, close and reopen a reporting round; accept, send back and correct what is returned.",
        "The Secretariat.",
        is_secretariat,
    ),
    Permission(
        "comment_on_return",
        "Add a comment to a return while it is being written.",
        "Members of the bodies that hold a role in its activity, and the Secretariat.",
        is_secretariat | belongs_to,
    ),
    Permission(
        "run_meetings",
        "Call meetings of the Steering Group, make their agenda, freeze their pack, record and settle decisions.",
        "The Secretariat.",
        is_secretariat,
    ),
    Permission(
        "report_on_decision",
        "Say how far a decision has come.",
        "The Secretariat; and members who may report, of the body that owns the decision.",
        is_secretariat | reports_for,
    ),
    Permission(
        "read_mail",
        "Read the messages that were sent to anybody, and send one again that may not have left.",
        "The Secretariat; everybody else reads their own.",
        is_secretariat,
    ),
    Permission(
        "edit_register",
        "Edit working words, roles, milestones and agreed dates; withdraw and reinstate, pause, close and reopen.",
        "The Secretariat.",
        is_secretariat,
    ),
    Permission(
        "manage_people",
        "Invite people, end and change memberships, unlock, reset, deactivate; name and describe bodies.",
        "Administrators; this gives no right to read or change the register.",
        is_administrator,
    ),
)

_RULES = rules.RuleSet()
for _permission in PERMISSIONS:
    _RULES.add_rule(_permission.name, _permission.test)


def may(standing: Standing, permission: str, target: Target | None = None) -> bool:
    """Whether somebody may do something; ``KeyError`` for a permission that is not in the table."""
    allowed: bool = _RULES.test_rule(permission, standing, target)
    return allowed
