"""``export_plan`` after something has happened: the position at the end, past ones, and the whole history.

The figures of five dates are computed again from the lines of history alone, without the product.
"""

from __future__ import annotations

import json
from collections import Counter
from datetime import date, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from activities.actions.loading import load_plan
from activities.actions.milestones import move_date, remove_milestone
from activities.actions.roles import assign_role, end_role
from activities.actions.words import edit_words, withdraw_activity
from activities.exports.history_lines import PERSON, TABLES
from activities.models import ActionPlan, Milestone, Role, RoleKind, StatusUpdate
from activities.plan_document import validate
from activities.reading import Reading
from activities.views.positions import parse_day
from agencies.actions.people import edit_person, set_may_sign_in
from agencies.models import Membership, Person
from tests.generated import half_a_year, on_track, say
from tests.scenes import after, played_once
from tests.world import PROGRAM, World, exchange, moment
from tnoc_tracker.record.clock import machine_now
from tnoc_tracker.record.redaction import redact
from tnoc_tracker.record.writing import record

DAYS = [date(2021, 7, 1), date(2021, 9, 30), date(2021, 12, 31), date(2022, 1, 20), date(2022, 2, 15)]
PLAN = "/plans/tnoc-2021-22/"


@pytest.fixture
def export(world: World) -> Any:
    """Run the command; what it prints."""

    def run(*arguments: str) -> str:
        out = StringIO()
        call_command("export_plan", *arguments, stdout=out)
        return out.getvalue()

    return run


@played_once
def story(world: World) -> World:
    """Half a year; words edited, a lead changed, a date moved, a milestone removed, a body renamed, one withdrawn."""
    half_a_year(world)
    handbook = world.activity(2)
    words = {"title": "The Handbook", "description": f"{handbook.description}\n\nIn te reo Māori too."}
    edit_words(activity=handbook, **words, reason="Clearer", by=PROGRAM, at=moment(date(2021, 12, 1)))
    lead = Role.objects.get(activity=world.activity(12), kind="lead")
    end_role(role=lead, reason="Handed over", by=PROGRAM, at=moment(date(2022, 1, 11)))
    customs = {"kind": RoleKind.LEAD, "body": world.body("Customs"), "scope": "border", "reason": "Took over"}
    assign_role(activity=world.activity(12), **customs, by=PROGRAM, at=moment(date(2022, 1, 11)))
    moved = {"reason": "Late data", "asked_by": "SFO", "agreed_by": "Steering Group"}
    move_date(milestone=world.milestone(7), to=date(2022, 3, 31), **moved, by=PROGRAM, at=moment(date(2022, 1, 14)))
    decided = {"decision_reference": "SG 2022/7", "reason": "Merged"}
    remove_milestone(milestone=world.milestone(6), **decided, by=PROGRAM, at=moment(date(2022, 1, 15)))
    body = world.body("IRD")
    body.name = "Inland Revenue"
    record(body, by=PROGRAM.actor, at=moment(date(2022, 1, 16)), reason="New name")
    withdraw_activity(activity=world.activity(4), reason="Merged into 3", by=PROGRAM, at=moment(date(2022, 1, 18)))
    return world


def position(text: str) -> dict[str, Any]:
    return json.loads(text)["position"]


def activity(text: str, key: str) -> dict[str, Any]:
    return next(each for each in position(text)["activities"] if each["key"] == key)


# The position ------------------------------------------------------------------------------------------------------


def test_the_position_stands_at_the_end_with_its_keys_in_order(story, export):
    found = json.loads(export())

    assert list(found) == [*exchange(), "position"]
    assert list(found["position"]) == ["at", "on", "activities"]
    assert list(found["position"]["activities"][0]) == ["key", "status", "due_state", "working", "roles", "milestones"]
    milestone = found["position"]["activities"][0]["milestones"][0]
    assert list(milestone) == ["original", "agreed", "forecast", "delivered", "removed", "state", "days_late"]
    assert [each["key"] for each in found["position"]["activities"]] == [*map(str, range(1, 21)), "row-21"]


def test_as_loaded_nothing_is_changed(export):
    for each in position(export("--as-at", "2021-07-01"))["activities"]:
        assert (each["status"], each["working"]) == ("not_started", {})
        assert all(row["original"] == row["agreed"] and not row["delivered"] for row in each["milestones"])


def test_it_says_what_has_happened(story, export):
    text = export()

    assert activity(text, "2")["working"]["title"] == "The Handbook"
    assert activity(text, "2")["working"]["description"]["paragraphs"][-1] == "In te reo Māori too."
    assert activity(text, "4")["working"] == {"withdrawn_on": "2022-01-18", "withdrawn_reason": "Merged into 3"}
    assert {"kind": "lead", "body": "New Zealand Customs Service", "as_published": "", "scope": "border"} in activity(
        text, "12"
    )["roles"]
    assert activity(text, "7")["milestones"][0] == {
        "original": "2021-12-31",
        "agreed": "2022-03-31",
        "forecast": None,
        "delivered": None,
        "removed": None,
        "state": "due_this_quarter",
        "days_late": 0,
    }
    assert activity(text, "6")["milestones"][0]["removed"] == "2022-01-15"
    assert activity(text, "6")["milestones"][0]["state"] == "removed"
    assert activity(text, "2")["milestones"][0]["days_late"] == 12
    assert (activity(text, "20")["due_state"], activity(text, "20")["milestones"]) == ("withheld", [])


def test_two_exports_of_one_position_are_the_same_bytes(story, export):
    assert export() == export() == export("--as-at", "2022-02-15")
    for day in DAYS:
        assert export("--as-at", day.isoformat()) == export("--as-at", f"{day:%d/%m/%Y}")


def test_a_past_position_stays_what_it_was(story, export):
    before = {day: export("--as-at", day.isoformat()) for day in DAYS[:-1]}
    today = export()
    say(story, 15, date(2022, 2, 15), on_track("Said later that day."))

    assert {day: export("--as-at", day.isoformat()) for day in DAYS[:-1]} == before
    assert export() != today


@after(half_a_year)
def test_what_was_exported_on_a_day_comes_back_later(world, export, settings):
    settings.TNOC_TODAY = date(2021, 12, 31)
    then = export("--as-at", "2021-12-31")
    settings.TNOC_TODAY = date(2022, 2, 15)

    assert export("--as-at", "31 December 2021") == then
    assert position(then)["at"] == "2021-12-31T23:59:59.999999+13:00"
    assert position(then)["on"] == "2021-12-31"


@pytest.mark.parametrize("day", DAYS)
def test_the_figures_of_the_position_are_those_of_the_pages(story, export, sign_in, day):
    found = position(export("--as-at", day.isoformat()))
    present = [each for each in found["activities"] if "withdrawn_on" not in each["working"]]
    context = sign_in("steering").get(PLAN, {"as_at": day.isoformat()}).context

    by_status = {count["status"]: count["count"] for count in context["by_status"] if count["count"]}
    by_due_state = {count["label"]: count["count"] for count in context["by_due_state"] if count["count"]}
    assert Counter(each["status"] for each in present) == by_status
    assert sum(1 for each in present if each["due_state"] == "overdue") == by_due_state.get("Overdue", 0)
    late = [row for each in present for row in each["milestones"] if row["state"] == "overdue"]
    assert len(late) == context["overdue_count"]
    overdue = sign_in("steering").get(f"{PLAN}overdue/", {"as_at": day.isoformat()}).context["figures"]
    assert sorted(row["days_late"] for row in late) == sorted(row.days for row in overdue.counted)


def test_an_export_with_a_position_can_be_loaded_as_the_plan_it_was(story, export):
    found = json.loads(export())
    assert validate(found) == []
    found["plan"]["slug"] = "again"
    load_plan(exchange=found, by=PROGRAM, at=story.now)

    assert Reading(ActionPlan.objects.get(slug="again"), story.today).activities.count() == 21


def test_an_earlier_edition_comes_out_as_at_its_day(world, export, settings):
    second = exchange()
    second["document"]["name"] = "second.txt"
    load_plan(exchange=second, by=PROGRAM, at=moment(date(2022, 1, 10)))

    assert json.loads(export())["document"]["name"] == "second.txt"
    assert json.loads(export("--as-at", "2022-01-09"))["document"]["name"] == exchange()["document"]["name"]


@pytest.mark.parametrize(
    ("day", "why"),
    [
        ("2022-02-16", "16 February 2022 has not come yet"),
        ("2021-06-30", "The record of tnoc-2021-22 begins on 1 July 2021"),
        ("soon", "“soon” is no date"),
    ],
)
@pytest.mark.parametrize("form", ["json", "source", "history"])
def test_a_day_without_a_position_is_refused(export, day, why, form):
    with pytest.raises(CommandError, match=why):
        export("--as-at", day, "--format", form)


# The history -------------------------------------------------------------------------------------------------------


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_every_entry_is_a_line_with_every_column(story, export):
    found = lines(export("--format", "history"))

    assert Counter(line["table"] for line in found if line["table"] != "agencies.person") == {
        model._meta.label_lower: model.history.count() for model in TABLES if model.history.exists()
    }
    for model in TABLES:
        columns = {field.attname for field in model.history.model._meta.concrete_fields}
        assert all(set(line) == {"table", *columns} for line in found if line["table"] == model._meta.label_lower)
    assert {"id", "sequence", "history_date", "written_at", "actor_name", "history_change_reason"} <= set(found[0])


def test_lines_stand_in_the_order_of_time_and_entries_in_their_sequence(story, export):
    found = lines(export("--format", "history"))
    moments = [datetime.fromisoformat(line["history_date"]) for line in found]

    assert moments == sorted(moments)
    last: Counter[tuple[str, int]] = Counter()
    for line in found:
        key = line["table"], line["id"]
        last[key] += 1
        assert line["sequence"] == last[key] == line["version"]


def test_the_history_is_the_same_bytes_twice_and_a_past_one_is_its_beginning(story, export):
    whole = export("--format", "history")

    assert whole == export("--format", "history")
    until = export("--format", "history", "--as-at", "2021-12-31")
    assert whole.startswith(until)
    assert 0 < len(until) < len(whole)


def test_another_plan_s_entries_are_left_out(story, export):
    second = exchange()
    second["plan"]["slug"] = "second"
    before = export("--format", "history")
    load_plan(exchange=second, by=PROGRAM, at=story.now)

    tables = Counter(line["table"] for line in lines(export("--plan", "second", "--format", "history")))
    assert (tables["activities.actionplan"], tables["activities.activity"]) == (1, 21)
    assert export("--plan", "tnoc-2021-22", "--format", "history") == before


def test_no_password_and_no_e_mail_address_is_in_it(story, export):
    text = export("--format", "history")

    assert "password" not in text
    assert "e-mail" not in text
    for line in lines(text):
        if line["table"] == "agencies.person":
            assert set(line) == {"table", *PERSON}


def test_people_are_told_by_name_while_it_says_something_new(story, export):
    told = {"by": story.standing("administrator"), "at": story.now, "reason": "As asked"}
    before = len(people_of_the_lines(export("--format", "history")))
    police = story.person("police")
    edit_person(person=police, username="police", name="Wiremu", email="wiremu@example.govt.nz", **told)
    edit_person(person=story.person("police"), username="wiremu", name="Wiremu", email="w@example.govt.nz", **told)
    set_may_sign_in(person=story.person("wiremu"), may_sign_in=False, now=machine_now(), **told)
    text = export("--format", "history")

    found = people_of_the_lines(text)
    assert [(line["name"], line["is_active"]) for line in found[before:]] == [("Wiremu", True), ("Wiremu", False)]
    assert "example.govt.nz" not in text
    assert {line["id"] for line in found} == set(Membership.objects.values_list("person_id", flat=True))


def people_of_the_lines(text: str) -> list[dict[str, Any]]:
    return [line for line in lines(text) if line["table"] == "agencies.person"]


def test_what_was_erased_from_it_is_told_and_of_nothing_else(own_database):
    half_a_year(own_database)
    entry = StatusUpdate.history.filter(what_was_done__gt="").first()
    person = Person.history.first()
    for table, number, field in (
        ("activities.historicalstatusupdate", entry.history_id, "what_was_done"),
        ("agencies.historicalperson", person.history_id, "name"),
    ):
        redact(
            table=table,
            entry=number,
            field=field,
            reason="A name",
            decision="PO 2022/1",
            by=PROGRAM.actor,
            at=own_database.now,
        )
    out = StringIO()
    call_command("export_plan", "--format", "history", stdout=out)

    (told,) = [line for line in lines(out.getvalue()) if line["table"] == "record.redaction"]
    assert told["erased_from"] == "activities.historicalstatusupdate"
    assert (told["entry"], told["field"], told["decision_reference"]) == (
        entry.history_id,
        "what_was_done",
        "PO 2022/1",
    )


# Without the product -----------------------------------------------------------------------------------------------


class Recomputed:
    """A plan at the end of a day, put together from the lines alone by the tracking rules."""

    def __init__(self, found: list[dict[str, Any]], day: date) -> None:
        self.day = day
        self.rows: dict[tuple[str, int], dict[str, Any]] = {}
        for line in found:
            if datetime.fromisoformat(line["history_date"]).date() <= day:
                self.rows[line["table"].split(".")[1], line["id"]] = line

    def table(self, name: str) -> list[dict[str, Any]]:
        return [row for (table, _), row in self.rows.items() if table == name]

    @property
    def activities(self) -> dict[int, dict[str, Any]]:
        return {row["id"]: row for row in self.table("activity") if not row["withdrawn_on"]}

    @property
    def by_status(self) -> Counter[str]:
        return Counter(row["status"] for row in self.activities.values())

    @property
    def overdue(self) -> list[int]:
        """Days late of every overdue milestone: open, dated, its activity neither paused nor finished."""
        found = []
        for row in self.table("milestone"):
            activity = self.activities.get(row["activity_id"])
            if activity is None or activity["status"] in ("paused", "completed", "not_delivered"):
                continue
            if row["kind"] == "recurring" or row["removed_on"] or row["delivered_on"] or not row["agreed_due"]:
                continue
            late = (self.day - date.fromisoformat(row["agreed_due"])).days
            found += [late] if late > 0 else []
        return sorted(found)

    @property
    def slippage(self) -> int:
        """Days from the original to the agreed dates of live milestones."""
        return sum(
            (date.fromisoformat(row["agreed_due"]) - date.fromisoformat(row["original_due"])).days
            for row in self.table("milestone")
            if row["moves"] and row["original_due"] and not row["removed_on"] and row["activity_id"] in self.activities
        )

    @property
    def gaps(self) -> int:
        """Unfinished activities for which nobody answers."""
        unfinished = [row for row in self.activities.values() if row["status"] not in ("completed", "not_delivered")]
        return sum(1 for row in unfinished if row["vacant_since"])

    def leads(self, short: str) -> set[str]:
        """The keys of activities that a body leads itself."""
        (body,) = [row["id"] for row in self.table("body") if row["short"] == short]
        held = [row for row in self.table("role") if row["body_id"] == body and row["kind"] == "lead"]
        found = {row["activity_id"] for row in held if not row["ended_on"]}
        return {row["key"] for row in self.activities.values() if row["id"] in found}


@pytest.mark.parametrize("day", DAYS)
def test_the_figures_of_every_page_can_be_computed_from_the_lines_alone(story, export, sign_in, day):
    again = Recomputed(lines(export("--format", "history")), day)
    client, at = sign_in("steering"), {"as_at": day.isoformat()}
    dashboard = client.get(PLAN, at).context

    assert again.by_status == {each["status"]: each["count"] for each in dashboard["by_status"] if each["count"]}
    assert len(again.overdue) == dashboard["overdue_count"]
    assert again.gaps == len(dashboard["figures"].gaps)
    figures = client.get(f"{PLAN}overdue/", at).context["figures"]
    assert again.overdue == sorted(row.days for row in figures.counted)
    moved = client.get(f"{PLAN}slippage/", at).context["areas"]
    assert again.slippage == sum(sums.days for _, sums, _ in moved)
    listed = client.get(f"{PLAN}activities/", {**at, "body": "customs", "role": "lead"}).context["rows"]
    collective = {"17"}  # led by all agencies, Customs among them
    assert again.leads("Customs") == {row.activity.key for row in listed} - collective
    assert len(again.table("statusupdate")) == sum(row["updates"] for row in again.table("activity"))


def test_the_recomputed_plan_of_the_last_day_is_the_one_in_the_database(story, export):
    again = Recomputed(lines(export("--format", "history")), DAYS[-1] + timedelta(days=1))

    assert len(again.table("milestone")) == Milestone.objects.count()
    for row in Milestone.objects.all():
        told = again.rows["milestone", row.id]
        assert told["agreed_due"] == (row.agreed_due.isoformat() if row.agreed_due else None)
        assert told["version"] == row.version
    assert parse_day("2022-02-15") == DAYS[-1]
