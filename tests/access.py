"""What the tests of access share: two plans with an object of each kind, people of every agency, and what was written.

Who answers for what is typed in from the document elsewhere (``tests.played_rounds``): no rule of the product decides
what these tests expect.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from django.apps import apps
from django.db import connection
from django.test import Client
from django.urls import get_resolver, reverse

from activities.actions.decisions import Decided, record_decision
from activities.actions.loading import load_plan
from activities.actions.meetings import call_meeting
from activities.actions.packs import freeze_pack
from activities.actions.proposals import propose_date
from activities.actions.rounds import open_round
from activities.models import ActionPlan, Activity, DateProposal, Decision, Milestone, Part, Return, Role
from activities.quarters import FiscalQuarter
from agencies.actions.memberships import change_membership
from agencies.actions.people import set_administrator, set_may_sign_in
from agencies.models import Person
from agencies.standing import Standing
from tests.actions.packs import plain_files
from tests.played_rounds import PARTS
from tests.signing_in import sign_in_as
from tests.world import LOADED, PROGRAM, TODAY, World, add_person, body, directory, exchange, moment
from tnoc_tracker.record.clock import machine_now
from tnoc_tracker.record.days import start_of_day
from tnoc_tracker.record.guards import append_only_models, guarded_models

PLAN, OTHER = "tnoc-2021-22", "tnoc-again"
LEADS = {"Customs", "MBIE", "MOJ", "DIA", "IRD", "MFAT", "RBNZ", "FMA", "DOC"}
"""The agencies for which nobody of the tests' world reports; ``people_of_every_agency`` adds a lead to each."""

OWN_OF_PEOPLE = (
    *("activities.Draft", "activities.PackDraft", "agencies.SavedView", "agencies.CalendarFeed"),
    *("agencies.MailPreference", "agencies.Message", "agencies.MessageTopic", "agencies.Invitation"),
    *("agencies.Visit", "record.OnceKey"),
)
"""The tables beside the register that requests write."""


def signed_in(username: str) -> Client:
    """A client signed in as somebody; ``""`` is nobody. A failure on our side is an answer, as for a browser."""
    client = Client()
    client.raise_request_exception = False
    if username:
        sign_in_as(client, Person.objects.get(username=username))
    return client


def lead_of(agency: str) -> str:
    """The user name of who reports for an agency, once ``people_of_every_agency`` were there."""
    return agency.lower()


def people_of_every_agency() -> None:
    """Give each agency somebody who reports for it."""
    for agency in sorted(LEADS):
        add_person(lead_of(agency), f"{agency} Lead", agency, may_report=True, administrator=False)


# What is written --------------------------------------------------------------------------------------------------


def entries() -> dict[str, list[tuple[int, str]]]:
    """Every entry of the register by table: its number, and the seal over its content."""
    found = {model.__name__: list(_newest_last(model.history)) for model in guarded_models()}
    once = {model.__name__: [(each, "") for each in _ids(model)] for model in append_only_models()}
    return found | once


def _newest_last(history: Any) -> Any:
    return history.order_by("history_id").values_list("history_id", "seal")


def _ids(model: Any) -> Any:
    return model.objects.order_by("pk").values_list("pk", flat=True)


def own_rows() -> dict[str, str]:
    """What is beside the register, a hash of each table's content."""
    return {name: _hash(apps.get_model(name)) for name in OWN_OF_PEOPLE}


def _hash(model: Any) -> str:
    return sha256(repr(list(model.objects.order_by("pk").values_list())).encode()).hexdigest()


@dataclass(frozen=True)
class New:
    """An entry that was written: of which table, by whom, and of which plan, where it belongs to one."""

    table: str
    actor: str
    person_id: int | None
    plan_id: int | None


def written_since(before: dict[str, list[tuple[int, str]]]) -> list[New]:
    """The entries written since ``before``; an ``AssertionError`` where an earlier one is not what it was."""
    found = []
    for model in guarded_models():
        old, now = before[model.__name__], list(_newest_last(model.history))
        assert now[: len(old)] == old, f"entries of {model.__name__} changed"
        path = getattr(model, "plan_path", "")
        for entry in model.history.filter(history_id__in=[number for number, _ in now[len(old) :]]):
            plans = model.objects.filter(pk=entry.id).values_list(path, flat=True) if path else [None]
            found.append(New(model.__name__, entry.actor_name, entry.history_user_id, plans[0]))
    return found


def newest() -> dict[str, int]:
    """The number of the newest entry of every table, in one query."""
    quote = connection.ops.quote_name
    tables = {model.__name__: quote(model.history.model._meta.db_table) for model in guarded_models()}
    each = "SELECT '{}', COALESCE(MAX(history_id), 0) FROM {}"
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(each.format(name, table) for name, table in tables.items()))
        return dict(cursor.fetchall())


def written_after(before: dict[str, int]) -> list[tuple[str, Any]]:
    """The entries written since ``newest`` said so, each with its table."""
    now = newest()
    grown = [model for model in guarded_models() if now[model.__name__] != before[model.__name__]]
    return [
        (model.__name__, entry)
        for model in grown
        for entry in model.history.filter(history_id__gt=before[model.__name__]).order_by("history_id")
    ]


@contextmanager
def nothing_is_written() -> Iterator[None]:
    """Neither an entry of the register nor anything of anybody's own is written inside."""
    before, own = entries(), own_rows()
    yield
    assert written_since(before) == []
    assert own_rows() == own


# Addresses --------------------------------------------------------------------------------------------------------


def names_in(name: str) -> list[str]:
    """What an address names: ``["plan", "key", "milestone"]``."""
    found: list[str] = get_resolver().reverse_dict.getlist(name)[0][0][0][1]
    return found


def address(name: str, things: dict[str, Any]) -> str:
    """An address with an object of each kind that it names."""
    return reverse(name, kwargs={each: things[each] for each in names_in(name)})


# Two plans --------------------------------------------------------------------------------------------------------


def load_another_plan() -> ActionPlan:
    """The published document as another plan, with the same keys."""
    again = exchange()
    again["plan"] |= {"slug": OTHER, "title": "THE SAME AGAIN"}
    load_plan(exchange=again, directory=directory(), by=PROGRAM, at=start_of_day(LOADED))
    plan: ActionPlan = ActionPlan.objects.get(slug=OTHER)
    return plan


def things_of(plan: ActionPlan, quarter: str, words: str) -> dict[str, Any]:
    """An object of each kind in a plan, by the names that addresses have for them; ``words`` stand in all of them."""
    secretariat = Standing.of(Person.objects.get(username="secretariat"), TODAY)
    told: Any = {"by": secretariat, "at": moment(TODAY)}
    police = {"by": Standing.of(Person.objects.get(username="police"), TODAY), "at": moment(TODAY)}
    activity = Activity.objects.select_related("plan").get(plan=plan, key="12")
    milestone = Milestone.objects.get(activity=activity)
    propose_date(milestone=milestone, to=date(2022, 5, 31), reason=words, **police)
    held = open_round(plan=plan, quarter=FiscalQuarter.parse(quarter), due_on=date(2022, 2, 28), note=words, **told)
    meeting = call_meeting(plan=plan, held_on=TODAY, round=held, place=words, note=words, **told)
    decided = Decided(what=words, owner=body("Police"), due_on=date(2022, 3, 15), activity=activity)
    decision = record_decision(meeting=meeting, decided=decided, **told)
    pack = freeze_pack(meeting=meeting, summary=words, make=plain_files, **told)
    return {
        "plan": plan.slug,
        "key": "12",
        "milestone": milestone.id,
        "role": Role.objects.filter(activity=activity).order_by("position")[0].id,
        "quarter": held.quarter_key,
        "ret": Return.objects.get(activity=activity, part=None, dropped_on=None).id,
        "meeting": meeting.id,
        "item": meeting.items.order_by("position")[0].id,
        "decision": decision.id,
        "pack": pack.id,
        "form": "stylesheet",
        "ending": "csv",
        "body": "all-agencies",
    }


@dataclass(frozen=True)
class TwoPlans:
    """The published plan, and it again: the objects of each, of one's siblings, and what exists nowhere."""

    ours: dict[str, Any]
    theirs: dict[str, Any]

    NOWHERE = {
        **{"key": "99", "quarter": "2029-30-q1", "milestone": 999_999, "role": 999_999, "ret": 999_999},
        **{"meeting": 999_999, "item": 999_999, "decision": 999_999, "pack": 999_999},
    }
    """What no plan has."""

    @classmethod
    def make(cls, add_activities: Callable[[ActionPlan, int], None]) -> TwoPlans:
        """Load the second and put an object of each kind into both; only the second has an activity 22."""
        first, second = ActionPlan.objects.get(slug=PLAN), load_another_plan()
        add_activities(second, 22)
        ours, theirs = things_of(first, "Q2 FY2021/22", "Ours"), things_of(second, "Q1 FY2021/22", "Kōtuku")
        return cls(ours, theirs | {"key": "22"})

    @property
    def siblings(self) -> dict[str, Any]:
        """Objects of the same plan that stand under something else."""
        other = Activity.objects.get(plan__slug=PLAN, key="13")
        another = call_meeting(
            plan=ActionPlan.objects.get(slug=PLAN),
            held_on=date(2022, 3, 1),
            by=Standing.of(Person.objects.get(username="secretariat"), TODAY),
            at=moment(TODAY),
        )
        return {
            "milestone": Milestone.objects.filter(activity=other).order_by("position")[0].id,
            "role": Role.objects.filter(activity=other).order_by("position")[0].id,
            "item": another.items.order_by("position")[0].id,
        }


def first_part(slug: str, key: str) -> Part:
    """A part of an activity."""
    part: Part = Part.objects.filter(activity__plan__slug=slug, activity__key=key).order_by("position")[0]
    return part


def waiting(slug: str) -> DateProposal:
    """The proposal of a plan."""
    proposal: DateProposal = DateProposal.objects.get(milestone__activity__plan__slug=slug)
    return proposal


def a_decision(slug: str) -> Decision:
    """The decision of a plan."""
    decision: Decision = Decision.objects.select_related("meeting").get(meeting__plan__slug=slug)
    return decision


# Asking ---------------------------------------------------------------------------------------------------------------

METHODS = ("GET", "POST")
YESTERDAY = date(2022, 2, 14)
WORDS = {"reason": "Mine", "text": "Mine", "title": "Mine", "heading": "Mine", "what": "Mine", "answer": "Mine"}
SAID = {"status": "on_track", "what_was_done": "They met."}
NOBODY = "anonymous"


def clients(*roles: str) -> dict[str, Client]:
    """A client for each of some people."""
    return {role: signed_in("" if role == NOBODY else role) for role in roles}


def ask(client: Client, method: str, where: str, **sent: Any) -> Any:
    """Look, or send something."""
    return client.get(where) if method == "GET" else client.post(where, {"stamp": "1", **WORDS, **sent})


def sent_from(client: Client, where: str, **said: Any) -> Any:
    """Open a page and send its form, as it is but for what is said."""
    form = client.get(where).context["form"]
    carried = {name: form[name].value() for name in ("stamp", "once", "seen", "last") if name in form.fields}
    return client.post(where, {**{name: str(value) for name, value in carried.items()}, **said})


def told(world: World, username: str = "secretariat") -> dict[str, Any]:
    """Who and when."""
    return {"by": world.standing(username), "at": world.now}


# Who takes part, and what is taken away ----------------------------------------------------------------------------


def taking_part() -> dict[str, set[str]]:
    """The bodies with a role in each activity, from the plan as committed: whoever of them may comment."""
    shown = {each["name"]: each["short"] for each in exchange()["bodies"] if each.get("short")}
    found: dict[str, set[str]] = {}
    for position, each in enumerate(exchange()["activities"], start=1):
        named = {role["body"] for role in each["roles"] if role["body"]}
        key = str(each["number"]) if each["number"] else f"row-{position}"
        found[key] = {shown.get(name, name) for name in named} | {name.removeprefix("TNOC ") for name in named}
        found[key] |= set(PARTS["17"]) if "All agencies" in named else set()
    return found


def ended(world: World, username: str) -> None:
    """The membership ended yesterday."""
    row = world.person(username).memberships.get()
    days = {"since": row.since, "until": YESTERDAY, "may_report": row.may_report}
    change_membership(membership=row, **days, reason="Left", **told(world, "administrator"))


def reports_no_more(world: World, username: str) -> None:
    """The person may not report any more, and goes on reading."""
    row = world.person(username).memberships.get()
    days = {"since": row.since, "until": None, "may_report": False}
    change_membership(membership=row, **days, reason="Other work", **told(world, "administrator"))


def deactivated(world: World, username: str) -> None:
    """The person may not sign in any more."""
    may_not = {"may_sign_in": False, "reason": "Left", "now": machine_now()}
    set_may_sign_in(person=world.person(username), **may_not, **told(world, "administrator"))


def no_administrator(world: World, username: str) -> None:
    """The administrator's flag is taken away by another administrator."""
    second = set_administrator(
        person=world.person("steering"), administrator=True, reason="Cover", **told(world, "administrator")
    )
    told_by = {"by": world.standing(second.username), "at": world.now}
    set_administrator(person=world.person(username), administrator=False, reason="Moved", **told_by)
