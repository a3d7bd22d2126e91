"""All roles send requests in turn, in any order: nobody reads or changes what is not theirs, whatever came before.

Forms are read from the pages of whoever may open them, filled in, and sent by them or by somebody else. A model in
plain Python (``tests.turns``) says what each person may do by then, and who was told what in confidence.
"""

from __future__ import annotations

import re
from collections import Counter
from random import Random
from typing import Any

import pytest
from django.db import transaction
from django.urls import resolve
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from activities.actions.returns import save_draft
from activities.models import AgendaItem, Decision, Meeting, Milestone, Pack, PackDraft, Part, Return, Role
from agencies.models import Body, Membership, Message, Person, SavedView
from tests.access import PLAN, address, entries, names_in, newest, own_rows, signed_in, written_after, written_since
from tests.actions.packs import frozen
from tests.actions.rounds import asked, opened, told
from tests.deciding import decide, meeting
from tests.test_access import TABLE, given
from tests.turns import About, Form, Model, Somebody, filled, forms_of, in_turn, read
from tests.world import PEOPLE, TODAY, World
from tnoc_tracker.record.clock import machine_now
from tnoc_tracker.record.verification import verify
from tnoc_tracker.store import store

KEYS = ("12", "7", "17", "11", "9", "20", "1")
NUMBERS = st.integers(0, 10**6)
EXAMPLES, STEPS = 50, 60
OFTEN = {
    *("activity_update", "milestone_propose", "return_page", "return_comment", "decision_report"),
    *("pack_prepare", "membership_edit", "person_access", "person_administrator", "saved_view_add"),
}
"""What is saved at least once in a run."""

MEMBERSHIPS = ("membership_add", "membership_edit")
SAID = {"activity_roles": {"kind": "lead"}, "decision_record": {"allows": "nothing", "new_due": "", "lead": ""}}
"""What a form needs besides words and choices by chance."""

MAY_STILL_BE_REFUSED = {"proposal_take_back"}
"""Where the address alone does not say whose it is: a proposal is taken back by the body that asked."""

ONCE_SHOWN = re.compile(r"/(?:calendar|invitation)/([\w-]{20,})")
"""The address of a calendar and a one-time link: shown to who asked for it, and never again to anybody."""

LABELS = {"TNOC Secretariat": "Secretariat", "TNOC Steering Group": "Steering Group"}
NOT_ASKED = {"sign_in", "sign_out", "invitation", "healthz", "readyz", "password", "calendar", "pack_make"}
"""What has nothing to do with roles, or is tried elsewhere; the last makes files in libraries that take seconds."""

PAGES_WITH_FORMS = [
    *["activity_update"] * 8,
    *["return_page"] * 12,
    *["return_review", "pack_prepare", "saved_view_add", "decision_report", "milestone_propose", "agenda"] * 3,
    *["saved_views", "mail_preference", "calendar_feed", "decision_record", "proposal_answer", "review_queue"],
    *sorted(set(TABLE) - NOT_ASKED),
]
"""Where forms are looked for: what people do often stands here often."""

PAGES_TO_LOOK_AT = [
    *["return_page", "saved_view_rename", "saved_views", "message", "mail", "pack_prepare", "pack_preview"] * 4,
    *["person", "people", "audit", "my_returns", "account", "home"] * 2,
    *sorted(set(TABLE) - NOT_ASKED),
]
"""What is looked at: where something is in confidence, often."""

ANSWERS_CHANGE = {"activity_roles", "role_end", "collective_members", "activity_withdraw"}
"""These change who answers. The model follows only a first lead of activity 9; otherwise they are not for who may."""

OF_PEOPLE = {"Person", "Membership", "Body"}
OF_REPORTING = {
    *("StatusUpdate", "Activity", "Part", "Milestone", "Return", "Filing", "Comment", "DateProposal"),
    *("Decision", "DecisionReport"),  # how many reports there are stands with the decision
}
"""What may change by the hand of an agency; everything else of the register is the Secretariat's."""

KEY_OF = {
    **dict.fromkeys(("Part", "Milestone", "StatusUpdate", "Return"), "activity__key"),
    **{"Activity": "key", "Filing": "ret__activity__key", "Comment": "ret__activity__key"},
    "DateProposal": "milestone__activity__key",
}


def label_of(body: Body) -> str:
    """What the model calls a body."""
    return LABELS.get(body.name, body.short or body.name)


def everybody() -> dict[str, Somebody]:
    """The people of the tests' world, signed in, and somebody who is not."""
    found = {}
    for username, (name, _, _, administrator) in PEOPLE.items():
        person = Person.objects.get(username=username)
        rows = Membership.objects.select_related("body").filter(person=person)
        live = {each.id: (label_of(each.body), each.may_report) for each in rows}
        found[username] = Somebody(username, name, person.id, live, administrator, client=signed_in(username))
    return {**found, "": Somebody("", signed_in=False)}


def prepared(world: World) -> None:
    """A round, a meeting with a frozen pack, a decision of SFO's, and words for some eyes only."""
    opened(world)
    save_draft(ret=asked(12), typed={"reason": "tui-draft"}, **told(world, TODAY, "police"))
    save_draft(ret=asked(17, "SFO"), typed={"reason": "ruru-draft"}, **told(world, TODAY, "sfo"))
    pack = frozen(world, meeting(world))
    decide(world, pack.meeting, owner=world.body("SFO"))
    PackDraft.objects.create(
        meeting=pack.meeting,
        summary="weka-summary",
        version=1,
        saved_at=machine_now(),
        person=world.person("secretariat"),
        person_name="Secretariat Officer",
    )
    for username in ("police", "sfo", "steering"):
        person = world.person(username)
        SavedView.objects.create(person=person, name=f"kea-{username}", address="/help/", made_at=machine_now())
        words = {"subject": f"moa-{username}", "text": f"moa-{username}", "html": f"<p>moa-{username}</p>"}
        more = {"kind": "reminder", "on": TODAY, "made_at": machine_now(), "address": f"{username}@example.govt.nz"}
        Message.objects.create(person=person, **words, **more)


def in_confidence(model: Model) -> None:
    """Who may read what was prepared."""
    model.told("tui-draft", lambda who: who.reports_for("Police"))
    model.told("ruru-draft", lambda who: who.reports_for("SFO"))
    model.told("weka-summary", lambda who: who.is_secretariat)
    for username in ("police", "sfo", "steering"):
        model.told(f"kea-{username}", lambda who, owner=username: who.is_in and who.username == owner)
        model.told(
            f"moa-{username}", lambda who, owner=username: who.is_secretariat or (who.is_in and who.username == owner)
        )


class Turns(RuleBasedStateMachine):
    """One sequence of requests, in a transaction that is rolled back."""

    saved: Counter[str] = Counter()
    refused: Counter[str] = Counter()

    def __init__(self) -> None:
        """Begin with the world as prepared."""
        super().__init__()
        self.around = transaction.atomic()
        self.around.__enter__()
        store.clear()
        self.world, self.model, self.turn = World(), Model(everybody()), 0
        in_confidence(self.model)
        self.began, self.before, self.own = entries(), newest(), own_rows()

    def teardown(self) -> None:
        """Nothing that was there is other than it was; then undo everything."""
        try:
            written_since(self.began)
            assert verify().is_clean
        finally:
            transaction.set_rollback(True)
            self.around.__exit__(None, None, None)
            store.clear()

    # What happens -----------------------------------------------------------------------------------------------------

    @rule(who=NUMBERS, name=NUMBERS, some=NUMBERS, in_place=st.booleans(), past=st.booleans())
    def look(self, who: int, name: int, some: int, in_place: bool, past: bool) -> None:
        """Somebody opens any address."""
        person = self.somebody(who)
        page = self.chance(name).choice(PAGES_TO_LOOK_AT)
        found = address(page, self.things(page, self.chance(some)))
        where = found + ("?as_at=2022-02-14" if past and found.startswith("/plans/") else "")
        headers = {"HX-Request": "true", "HX-Target": f"activity-{self.world.activity(12).id}"} if in_place else {}
        self.ask(person, "GET", where, headers=headers)

    @rule(opener=NUMBERS, sender=NUMBERS, name=NUMBERS, some=NUMBERS, stolen=st.booleans())
    def send(self, opener: int, sender: int, name: int, some: int, stolen: bool) -> None:
        """Somebody opens a page with a form and sends it; or somebody else sends what they opened."""
        random = self.chance(some)
        page = self.chance(name).choice(PAGES_WITH_FORMS)
        where = address(page, self.things(page, random)) + ("?address=/help/" if page == "saved_view_add" else "")
        known, about = self.known(where)
        method = "POST" if TABLE[known].send else "GET"
        everybody = in_turn(self.model.people, self.chance(opener))
        may = next((each for each in everybody if self.model.may(each, known, method, about)), None)
        forms = forms_of(where, self.ask(may, "GET", where)) if may else []
        if may and forms:
            self.send_form(self.somebody(sender) if stolen else may, random.choice(forms), random)

    @rule(who=NUMBERS, some=NUMBERS)
    def manage_people(self, who: int, some: int) -> None:
        """An administrator, or somebody who is none, changes what somebody may do."""
        random = self.chance(some)
        name = random.choice(["membership_add", "membership_edit", "person_access", "person_administrator"])
        name = random.choice([name, name, "person_link", "person_edit", "body_edit", "person_unlock"])
        where = address(name, self.things(name, random))
        opener = next((each for each in self.model.people.values() if each.administers), None)
        forms = forms_of(where, self.ask(opener, "GET", where)) if opener else []
        if opener and forms:
            self.send_form(self.somebody(who) if random.random() < 0.4 else opener, forms[0], random)

    @rule(who=NUMBERS)
    def sign_in(self, who: int) -> None:
        """Somebody signs in again, if they may."""
        person = self.somebody(who)
        if person.username and person.active:
            person.client, person.signed_in = signed_in(person.username), True
            self.own = own_rows()

    # How it is done ---------------------------------------------------------------------------------------------------

    def chance(self, number: int) -> Random:
        """Random choices by a number and the turn: small numbers come often, and must not mean the same each time."""
        return Random(f"{self.turn} {number}")

    def somebody(self, number: int) -> Somebody:
        """One of the people, or nobody."""
        return next(in_turn(self.model.people, self.chance(number)))

    def things(self, name: str, random: Random) -> dict[str, Any]:
        """An object of each kind that an address names, picked afresh."""
        key = random.choice(KEYS)
        rows: dict[str, Any] = {
            "milestone": Milestone.objects.filter(activity__key=key),
            "role": Role.objects.filter(activity__key=key),
            "ret": Return.objects.filter(activity__key=key),
            "meeting": Meeting.objects.all(),
            "decision": Decision.objects.all(),
            "pack": Pack.objects.all(),
            "view": SavedView.objects.all(),
            "message": Message.objects.all(),
            "person": Person.objects.filter(username__in=PEOPLE),
        }
        plain = {"plan": PLAN, "key": key, "quarter": "2021-22-q2", "ending": random.choice(["csv", "xlsx"])}
        found: dict[str, Any] = {**plain, "form": random.choice(["stylesheet", "figures"]), "body": "police"}
        for each in names_in(name):
            if each in rows:
                ids = list(rows[each].order_by("id").values_list("id", flat=True))
                found[each] = random.choice(ids) if ids else 999_999
        if "item" in names_in(name):
            items = AgendaItem.objects.filter(meeting=found["meeting"]).order_by("id").values_list("id", flat=True)
            found["item"] = random.choice(list(items) or [999_999])
        if "membership" in names_in(name):
            row = random.choice(list(Membership.objects.filter(person__username__in=PEOPLE).order_by("id")))
            found |= {"membership": row.id, "person": row.person_id}
        return found

    def known(self, where: str) -> tuple[str, About]:
        """What an address is called, and what it is about."""
        path, _, query = where.partition("?")
        match = resolve(path)
        return match.url_name or "", self.about(match.kwargs, query.removeprefix("part="))

    def about(self, named: dict[str, Any], part: str) -> About:
        """What rights hang on: the activity with its part, a decision's owner, whose view or message it is."""
        if "ret" in named:
            ret = Return.objects.select_related("activity", "part__body").filter(id=named["ret"]).first()
            return About(ret.activity.key, ret.part.body.short if ret.part else "") if ret else About()
        if "decision" in named:
            owned = Decision.objects.select_related("owner").filter(id=named["decision"]).first()
            return About(owner=label_of(owned.owner)) if owned else About()
        if "view" in named or "message" in named:
            rows: Any = SavedView if "view" in named else Message
            found = rows.objects.filter(id=named.get("view", named.get("message"))).first()
            return About(keeper=found.person_id if found else None)
        body = Part.objects.select_related("body").get(id=part).body.short if part.isdecimal() else ""
        return About(named.get("key", ""), body)

    def send_form(self, person: Somebody, form: Form, random: Random) -> None:
        """Fill a form in and send it; what follows for the model is taken from what was typed."""
        name, about = self.known(form.action)
        allowed = self.model.may(person, name, "POST", about)
        if name in NOT_ASKED or (name in ANSWERS_CHANGE and allowed and not self.names_a_lead_of_9(name, about)):
            return
        words = f"kākāpō-{self.turn}-{random.randrange(10**6)}"
        said = {**SAID.get(name, {}), **({"until": random.choice(["", "14/02/2022"])} if name in MEMBERSHIPS else {})}
        typed = filled(form, random, words, **said)
        self.say_in_confidence(person, name, about, typed, words)
        answer = self.ask(person, "POST", form.action, typed, own=words)
        for token in ONCE_SHOWN.findall(answer.content.decode()):
            self.model.told(token, lambda who: False)
        if allowed and answer.status_code in (200, 302):
            type(self).saved[name] += 1
            self.follow(name, typed, resolve(form.action.partition("?")[0]).kwargs)

    def names_a_lead_of_9(self, name: str, about: About) -> bool:
        """Whether a form names somebody for activity 9, for which nobody answers yet."""
        return name == "activity_roles" and about.key == "9" and not self.model.whole["9"]

    def say_in_confidence(self, person: Somebody, name: str, about: About, typed: dict[str, str], words: str) -> None:
        """Words that are not for everybody: drafts, summaries, names of views, and why access changed."""
        if name == "return_page" and typed.get("do") == "draft":
            self.model.told(words, lambda who: self.model.writes(who, about))
        elif name == "pack_prepare":
            self.model.told(words, lambda who: who.is_secretariat)
        elif name in ("saved_view_add", "saved_view_rename"):
            # Whether signed in or not: what was said last, "Saved as …", waits in their own browser for its next page.
            self.model.told(words, lambda who: who.id == person.id)
        elif name.startswith("person_") and "name" not in typed:  # why a membership changed stands in the audit
            self.model.told(words, lambda who: who.administers)

    def follow(self, name: str, typed: dict[str, str], named: dict[str, Any]) -> None:
        """What a change that was made means for who may do what."""
        person = next((each for each in self.model.people.values() if each.id == named.get("person")), None)
        if name == "activity_roles":
            self.model.whole["9"] = label_of(Body.objects.get(id=typed["body"]))
            self.model.joining["9"].add(self.model.whole["9"])
        elif person and name in MEMBERSHIPS:
            number = named.get("membership") or Membership.objects.latest("id").id
            body = Body.objects.get(id=typed["body"]) if "body" in typed else Membership.objects.get(id=number).body
            person.memberships.pop(number, None)
            if not typed["until"]:
                person.memberships[number] = label_of(body), "may_report" in typed
        elif person and name == "person_access":
            person.active = not person.active
            person.signed_in = person.signed_in and person.active
        elif person and name == "person_administrator":
            person.administrator = not person.administrator
        elif person and name == "person_edit":
            person.name = typed["name"]
        elif person and name == "person_link":
            person.signed_in = False

    # What must hold ---------------------------------------------------------------------------------------------------

    def ask(
        self, person: Somebody, method: str, where: str, typed: Any = None, *, own: str = "", headers: Any = None
    ) -> Any:
        """One request, and everything that must hold after it."""
        self.turn += 1
        name, about = self.known(where)
        allowed = self.model.may(person, name, method, about)
        send = person.client.get if method == "GET" else person.client.post
        answer = send(where, typed, headers=headers or {})
        said = f"{person.username or 'nobody'} {method} {where}: {answer.status_code}"
        assert self.model.leaked(person, read(answer), own) == [], said
        assert answer.status_code < 500, said
        written, rows = written_after(self.before), own_rows()
        if not allowed:
            assert given(answer) != "yes", said
            type(self).refused[name] += 1
        else:
            assert given(answer) != "sign in", said
            assert given(answer) != "403" or "as_at" in where or name in MAY_STILL_BE_REFUSED, said
        if method == "GET" or not allowed:
            assert (written, rows) == ([], self.own), said
        for table, entry in written:
            self.check_entry(person, about, table, entry, said)
        self.before, self.own = newest(), rows
        return answer

    def check_entry(self, person: Somebody, about: About, table: str, entry: Any, said: str) -> None:
        """An entry names who sent the request, and is of what they may change."""
        assert (entry.actor_name, entry.history_user_id) == (person.name, person.id), said
        if table in OF_PEOPLE:
            assert person.administers, f"{said}: {table}"
            return
        assert person.reads, f"{said}: {table}"
        if not person.is_secretariat:
            assert table in OF_REPORTING, f"{said}: {table}"
            assert not table.startswith("Decision") or (about.owner and set(entry.changed) <= {"reports"}), said
            if path := KEY_OF.get(table):
                model: Any = type(entry).instance_type
                assert model.objects.filter(id=entry.id).values_list(path, flat=True)[0] == about.key, said


@pytest.mark.long
def test_whatever_anybody_sends_in_whatever_order_nobody_reads_or_changes_what_is_not_theirs(world: World) -> None:
    prepared(world)
    Turns.saved, Turns.refused = Counter(), Counter()
    run_state_machine_as_test(
        Turns,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.generate],  # a sequence that fails is told as it was: to shorten it takes minutes
            suppress_health_check=list(HealthCheck),
            print_blob=False,
        ),
    )
    # What was refused proves little where nothing is ever allowed.
    assert sum(Turns.saved.values()) > EXAMPLES * 3, Turns.saved
    assert set(Turns.saved) >= OFTEN, Turns.saved
    assert sum(Turns.refused.values()) > EXAMPLES * 3, Turns.refused
