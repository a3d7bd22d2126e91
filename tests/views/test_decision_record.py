"""Recording a decision of a meeting: what an item of the agenda says already, what is refused, and two at once."""

from __future__ import annotations

from datetime import date

import pytest

from activities.actions.meetings import add_item, call_off_meeting
from activities.actions.proposals import propose_date
from activities.decisions import AgendaKind, Move
from activities.models import AgendaItem, Decision
from tests.deciding import meeting
from tests.scenes import played_once
from tests.views.editing import BASE, hidden, send, text_of
from tests.world import TODAY, World

held = played_once(meeting)


def record_url(held, item: AgendaItem | None = None) -> str:
    return f"{BASE}meetings/{held.id}/decide/" + (f"?item={item.id}" if item else "")


def said(world: World, **more: object) -> dict:
    owner = world.body("Police").id
    return {
        "what": "Report on the funding",
        "about": "plan",
        "allows": "nothing",
        "owner": owner,
        "due_on": "15/3/2022",
    } | more


def about(kind: str, row) -> str:
    return f"{kind}-{row.id}"


def test_a_decision_about_the_plan_is_recorded_and_shown(world, sign_in):
    client, held = sign_in("secretariat"), meeting(world)
    answer = send(client, record_url(held), **said(world))
    made = Decision.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{BASE}decisions/{made.id}/")
    assert (made.what, made.owner.label, made.due_on) == ("Report on the funding", "Police", date(2022, 3, 15))
    assert "SG 2022-02-15/1 is on record: New Zealand Police owns it." in text_of(
        client.get(answer.headers["Location"])
    )


@pytest.mark.parametrize(
    ("allows", "kind", "more"),
    [
        (Move.PAUSE, "activity", {}),
        (Move.CLOSE, "part", {}),
        (Move.NEW_DATE, "milestone", {"new_due": "30/9/2022"}),
        (Move.NAME_LEAD, "activity", {"lead": "MOJ"}),
        (Move.REMOVE, "milestone", {}),
        (Move.NOTHING, "milestone", {}),
    ],
)
def test_whatever_it_allows_it_is_recorded_against_what_was_chosen(world, sign_in, allows, kind, more):
    rows = {"activity": world.activity(17), "part": world.part(17, "SFO"), "milestone": world.milestone(17)}
    if "lead" in more:
        more = {"lead": world.body(more["lead"]).id}
    send(
        sign_in("secretariat"),
        record_url(meeting(world)),
        **said(world, allows=allows.value, about=about(kind, rows[kind]), **more),
    )
    made = Decision.objects.get()
    assert (made.allows, made.activity) == (allows, world.activity(17))
    assert [made.part, made.milestone] == [rows[name] if name == kind else None for name in ("part", "milestone")]
    assert (made.new_due, made.lead) == (
        date(2022, 9, 30) if allows == Move.NEW_DATE else None,
        world.body("MOJ") if allows == Move.NAME_LEAD else None,
    )


def test_every_activity_is_offered_with_its_parts_and_open_milestones(world, sign_in):
    page = sign_in("secretariat").get(record_url(meeting(world)))
    groups = dict(page.context["form"].fields["about"].choices[2:])
    assert len(groups) == 21
    sixth = [words for _, words in groups[str(world.activity(11))]]
    assert sixth[0] == "11 – the activity"
    assert {words.split(":")[0] for words in sixth[1:]} == {"11 – part", "11 – date"}
    assert "Row 21 – the activity" in {words for _, words in groups[str(world.activity("row-21"))]}


# From an item of the agenda ------------------------------------------------------------------------------------------


def test_a_proposed_date_stands_in_the_form_already(world, sign_in):
    who = {"by": world.standing("police"), "at": world.now}
    propose_date(milestone=world.milestone(12), to=date(2022, 5, 31), reason="One bank has left.", **who)
    held = meeting(world)
    item = AgendaItem.objects.get(kind=AgendaKind.NEW_DATE)
    client = sign_in("secretariat")
    form = client.get(record_url(held, item)).context["form"]

    assert form["what"].value() == (
        "The agreed date of “Presentation of proposals to Steering Group” moves to 31 May 2022."
    )
    assert form["about"].value() == about("milestone", world.milestone(12))
    assert (form["allows"].value(), form["owner"].value()) == ("new_date", world.body("TNOC Secretariat").id)

    typed = {name: str(form[name].value() or "") for name in ("what", "about", "allows", "owner")}
    send(client, record_url(held, item), **typed, new_due="31/05/2022", due_on="15/3/2022")
    made = Decision.objects.get()
    assert (made.item, made.milestone, made.new_due) == (item, world.milestone(12), date(2022, 5, 31))
    assert f"Item of the agenda {item.heading}" in text_of(client.get(f"{BASE}decisions/{made.id}/"))


def test_a_gap_asks_for_a_lead(world, sign_in, held):
    item = AgendaItem.objects.get(kind=AgendaKind.GAP, activity=world.activity(9))
    form = sign_in("secretariat").get(record_url(held, item)).context["form"]
    assert (form["allows"].value(), form["about"].value()) == ("name_lead", about("activity", world.activity(9)))


def test_an_item_of_the_secretariats_own_is_about_the_plan(world, sign_in, held):
    item = add_item(meeting=held, heading="Funding of 2022/23", by=world.standing("secretariat"), at=world.now)
    form = sign_in("secretariat").get(record_url(held, item)).context["form"]
    assert (form["what"].value(), form["about"].value(), form["allows"].value()) == (
        "Funding of 2022/23",
        "plan",
        "nothing",
    )


@pytest.mark.parametrize("item", ["987654", "x", "-1", "9" * 30])
def test_an_item_that_is_not_on_this_agenda_is_not_found(world, sign_in, item, held):
    assert sign_in("secretariat").get(f"{record_url(held)}?item={item}").status_code == 404


def test_an_item_of_another_agenda_is_not_found(world, sign_in):
    held, other = meeting(world), meeting(world, date(2021, 11, 16))
    item = AgendaItem.objects.filter(meeting=other).first()
    assert sign_in("secretariat").get(record_url(held, item)).status_code == 404


# Refusals ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "field", "sentence"),
    [
        ({"what": ""}, "what", "Say what was decided."),
        ({"about": ""}, "about", "Say what it is about."),
        ({"about": "milestone-0"}, "about", "Choose from the list."),
        ({"allows": ""}, "allows", "Say what it allows."),
        ({"owner": ""}, "owner", "Choose the body that owns it."),
        ({"owner": "0"}, "owner", "Choose a body of the list."),
        ({"due_on": ""}, "due_on", "Give the day by which it is to be done."),
        ({"due_on": "14/2/2022"}, "due_on", "The day cannot lie before the meeting."),
        ({"due_on": "31/2/2022"}, "due_on", "This is no date"),
        ({"allows": "pause"}, "about", "Say which activity it changes."),
        ({"allows": "nothing", "new_due": "31/3/2022"}, "new_due", "leave it empty"),
        ({"new_due": "soon"}, "new_due", "This is no date"),
    ],
)
def test_what_is_wrong_is_named_beside_its_field_and_everything_typed_is_kept(world, sign_in, more, field, sentence):
    answer = send(sign_in("secretariat"), record_url(meeting(world)), **said(world, **more))
    form = answer.context["form"]
    assert answer.status_code == 422
    assert list(form.errors) == [field]
    assert sentence in form.errors[field][0]
    assert form["owner"].value() == str(said(world, **more)["owner"])
    assert not Decision.objects.exists()


def test_a_pause_of_a_milestone_is_refused_beside_what_it_is_about(world, sign_in):
    wrong = said(world, allows="pause", about=about("milestone", world.milestone(7)))
    answer = send(sign_in("secretariat"), record_url(meeting(world)), **wrong)
    assert answer.context["form"].errors == {
        "about": ["This changes the activity or a part of it, not a milestone: choose that."]
    }


def test_a_lead_and_a_date_are_asked_for_where_they_are_needed(world, sign_in):
    client, held = sign_in("secretariat"), meeting(world)
    naming = said(world, allows="name_lead", about=about("activity", world.activity(9)))
    assert list(send(client, record_url(held), **naming).context["form"].errors) == ["lead"]
    dating = said(world, allows="new_date", about=about("milestone", world.milestone(7)))
    assert list(send(client, record_url(held), **dating).context["form"].errors) == ["new_due"]


def test_before_its_day_and_after_it_was_called_off_there_is_no_form(world, sign_in):
    client = sign_in("secretariat")
    ahead = meeting(world, date(2022, 5, 17), called=TODAY)
    page = client.get(record_url(ahead))
    assert "The group has not met yet" in text_of(page)
    assert b"<textarea" not in page.content
    held = meeting(world)
    call_off_meeting(meeting=held, reason="No quorum", by=world.standing("secretariat"), at=world.now)
    assert "This meeting was called off" in text_of(client.get(record_url(held)))


def test_the_same_form_sent_twice_records_once(world, sign_in):
    client, url = sign_in("secretariat"), record_url(meeting(world))
    sent = {**hidden(client, url), **said(world)}
    assert len({client.post(url, sent).headers["Location"] for _ in range(2)}) == 1
    assert Decision.objects.count() == 1


def test_when_the_agenda_has_changed_meanwhile_both_are_shown_and_it_can_be_sent_again(world, sign_in):
    client, held = sign_in("secretariat"), meeting(world)
    old = hidden(client, record_url(held))
    add_item(meeting=held, heading="Funding", by=world.standing("secretariat"), at=world.now)

    answer = client.post(record_url(held), {**old, **said(world)})
    assert answer.status_code == 409
    words = text_of(answer)
    assert "Somebody else was faster: nothing of yours is saved yet" in words
    assert "“Funding”: added" in words
    assert "Report on the funding" in answer.content.decode()

    again = {name: str(answer.context["form"][name].value()) for name in ("stamp", "once")}
    assert client.post(record_url(held), {**again, **said(world)}).status_code == 302
    assert Decision.objects.count() == 1


def test_the_page_takes_no_more_than_twelve_queries(world, sign_in, django_assert_max_num_queries):
    client, held = sign_in("secretariat"), meeting(world)
    url = record_url(held, AgendaItem.objects.filter(meeting=held).first())
    client.get(url)
    with django_assert_max_num_queries(12):
        client.get(url)
