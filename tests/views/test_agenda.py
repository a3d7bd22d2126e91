"""The agenda edited: its order, its words, what is brought in, added, taken off and put back."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activities.actions.meetings import add_item, edit_item, order_agenda, take_off
from activities.decisions import AgendaKind
from activities.models import AgendaItem
from tests.actions.helpers import entries_written
from tests.actions.rounds import told
from tests.generated import half_a_year, off_track, say
from tests.pages import cells_of, section_of
from tests.scenes import after, played_once
from tests.views.editing import hidden, send, text_of
from tests.views.meetings import LIST, called, headings, item, items, page
from tests.world import TODAY

meeting = played_once(called)


def numbers(client, meeting) -> dict[str, str]:
    """The order form as it stands on the page: its hidden fields and the numbers."""
    form = client.get(page(meeting, "agenda/")).context["form"]
    places = {name: str(form[name].value()) for name in form.fields if name.startswith("place_")}
    return {"stamp": str(form["stamp"].value()), "once": str(form["once"].value()), **places}


def order(client, meeting, *, move: str = "", **places: str):
    """Send the order form with some numbers changed, or a button pressed."""
    sent = {**numbers(client, meeting), **places, **({"move": move} if move else {})}
    return client.post(page(meeting, "agenda/order/"), sent)


def place(each: AgendaItem) -> str:
    return f"place_{each.id}"


def bring(client, meeting) -> dict[str, str]:
    form = client.get(page(meeting, "agenda/")).context["bring_form"]
    return {name: str(form[name].value()) for name in ("stamp", "once")}


# The page ----------------------------------------------------------------------------------------------------------


def test_the_page_has_every_item_with_its_number_and_what_can_be_done(world, sign_in, meeting):
    answer = sign_in("secretariat").get(page(meeting, "agenda/"))
    every, body = items(meeting), answer.content.decode()

    assert f"4 of {len(every)} items seek a decision" in text_of(answer)
    assert len(cells_of(answer)) == len(every) + 1
    for number, each in enumerate(every, start=1):
        assert f'name="{place(each)}" value="{number}"' in body
        assert f'href="{page(meeting, f"agenda/{each.id}/")}"' in body
        assert f'href="{page(meeting, f"agenda/{each.id}/off/")}"' in body
    assert body.count('value="up-') == body.count('value="down-') == len(every) - 1
    assert "Everything that the register holds for the group is on the agenda" in body


def test_enter_in_a_number_saves_the_numbers(world, sign_in):
    body = section_html(sign_in("secretariat").get(page(called(world), "agenda/")), "order")
    assert body.index("Save the numbers") < body.index('name="move"')  # browsers press the first button


def section_html(answer, identifier: str) -> str:
    body = answer.content.decode()
    start = body.index(f'<section id="{identifier}"')
    return body[start : body.index("</section>", start)]


# The order ---------------------------------------------------------------------------------------------------------


def test_one_form_puts_everything_in_order(world, sign_in):
    meeting, client = called(world), sign_in("secretariat")
    every = items(meeting)
    wanted = every[::-1]
    answer = order(client, meeting, **{place(each): str(number) for number, each in enumerate(wanted, 1)})

    assert (answer.status_code, answer.headers["Location"]) == (302, page(meeting, "agenda/"))
    assert items(meeting) == wanted
    assert "The agenda is in its new order." in text_of(client.get(page(meeting, "agenda/")))


@pytest.mark.parametrize(("typed", "at"), [("1", 0), ("2", 1), ("4", 3), ("99", -1)])
def test_a_single_number_moves_its_item_there(world, sign_in, typed, at):
    meeting, client = called(world), sign_in("secretariat")
    third = items(meeting)[2]
    order(client, meeting, **{place(third): typed})

    assert items(meeting)[at] == third
    assert [each.position for each in items(meeting)] == list(range(1, len(items(meeting)) + 1))


@pytest.mark.parametrize(("move", "at"), [("up", 1), ("down", 3)])
def test_a_button_moves_its_item_by_one_and_leads_back_to_it(world, sign_in, move, at):
    meeting, client = called(world), sign_in("secretariat")
    third = items(meeting)[2]
    answer = order(client, meeting, move=f"{move}-{third.id}")

    assert answer.headers["Location"] == page(meeting, f"agenda/#item-{third.id}")
    assert items(meeting)[at] == third


@pytest.mark.parametrize("move", ["up-{first}", "down-{last}", "up-0", "sideways", "down-", "up-x"])
def test_a_button_that_leads_nowhere_changes_nothing(world, sign_in, move):
    meeting, client = called(world), sign_in("secretariat")
    every, before = items(meeting), entries_written()
    answer = order(client, meeting, move=move.format(first=every[0].id, last=every[-1].id))

    assert answer.status_code == 302
    assert entries_written() == before
    assert "Nothing was different" in text_of(client.get(page(meeting, "agenda/")))


def test_numbers_and_a_button_work_together_and_an_empty_number_stays(world, sign_in):
    meeting, client = called(world), sign_in("secretariat")
    first, second, third, *rest = items(meeting)
    order(client, meeting, move=f"down-{third.id}", **{place(third): "1", place(rest[0]): ""})

    assert items(meeting) == [first, third, second, *rest]


def test_what_was_taken_off_keeps_its_place(world, sign_in):
    meeting, client = called(world), sign_in("secretariat")
    first, second, third, *rest = items(meeting)
    take_off(item=second, reason="By mail", **told(world, TODAY))
    order(client, meeting, **{place(third): "1"})
    client.post(page(meeting, f"agenda/{second.id}/back/"), bring(client, meeting))

    assert items(meeting) == [third, second, first, *rest]


def test_what_is_no_number_is_named_and_kept(world, sign_in):
    meeting, client = called(world), sign_in("secretariat")
    first = items(meeting)[0]
    answer = order(client, meeting, **{place(first): "one"})

    assert answer.status_code == 422
    words = text_of(answer)
    assert "The order is not saved yet" in words
    assert f"Give “{first.heading}” a whole number." in words
    assert answer.context["form"][place(first)].value() == "one"


def test_the_same_order_sent_twice_is_carried_out_once(world, sign_in):
    meeting, client = called(world), sign_in("secretariat")
    third = items(meeting)[2]
    sent = {**numbers(client, meeting), "move": f"up-{third.id}"}

    assert [client.post(page(meeting, "agenda/order/"), sent).status_code for _ in range(2)] == [302, 302]
    assert items(meeting)[1] == third


def test_somebody_elses_order_is_shown_beside_ones_own_and_the_pressed_button_is_kept(world, sign_in):
    meeting, client = called(world), sign_in("secretariat")
    first, second, third, *rest = items(meeting)
    sent = {**numbers(client, meeting), "move": f"up-{third.id}"}
    theirs = [second, first, third, *rest]
    order_agenda(meeting=meeting, order=[each.id for each in theirs], **told(world, TODAY))
    answer = client.post(page(meeting, "agenda/order/"), sent)

    assert answer.status_code == 409
    assert "Secretariat Officer, 15 February 2022, 10:00 am – Agenda put in order: 2 items" in text_of(answer)
    rows = answer.context["conflict"].rows
    assert [(row["label"], row["left"], row["right"]) for row in rows] == [
        ("Place 1", second.heading, first.heading),
        ("Place 2", first.heading, third.heading),
        ("Place 3", third.heading, second.heading),
    ]
    form = answer.context["form"]
    again = {name: str(form[name].value()) for name in form.fields}
    assert client.post(page(meeting, "agenda/order/"), again).status_code == 302
    assert items(meeting) == [first, third, second, *rest]


def test_an_item_added_meanwhile_is_a_conflict_too(world, sign_in):
    meeting, client = called(world), sign_in("secretariat")
    sent = {**numbers(client, meeting), "move": f"up-{items(meeting)[2].id}"}
    add_item(meeting=meeting, heading="Next year", **told(world, TODAY))
    answer = client.post(page(meeting, "agenda/order/"), sent)

    assert answer.status_code == 409
    assert "“Next year”: added" in text_of(answer)


# What is new in the register ---------------------------------------------------------------------------------------


def test_what_is_new_in_the_register_is_named_and_brought_in_at_the_end(world, sign_in):
    meeting, client = called(world), sign_in("secretariat")
    taken = item(meeting, 9, "gap")
    take_off(item=taken, reason="By mail", **told(world, TODAY))
    say(world, 19, TODAY, off_track("No slot.", "Write to the Leader of the House."))
    before = headings(meeting)
    looked = client.get(page(meeting, "agenda/"))
    assert "New in the register since: 1 item" in text_of(looked)
    assert f"{world.activity(19)} Ask of the Steering Group" in section_of(looked, "new")

    answer = client.post(page(meeting, "agenda/bring-in/"), bring(client, meeting))
    assert answer.status_code == 302
    assert headings(meeting) == [*before, str(world.activity(19))]
    words = text_of(client.get(page(meeting, "agenda/")))
    assert "1 item from the register is at the end." in words
    assert "New in the register" not in words


def test_bringing_in_nothing_says_so(world, sign_in):
    meeting, client = called(world), sign_in("secretariat")
    before = entries_written()
    client.post(page(meeting, "agenda/bring-in/"), bring(client, meeting))

    assert entries_written() == before
    assert "Nothing was different" in text_of(client.get(page(meeting, "agenda/")))


def test_bringing_in_over_somebody_elses_change_shows_what_changed(world, sign_in):
    meeting, client = called(world), sign_in("secretariat")
    old = bring(client, meeting)
    say(world, 19, TODAY, off_track("No slot.", "Write to the Leader of the House."))
    edit_item(item=items(meeting)[0], heading="Theirs", text="", seeks_decision=True, **told(world, TODAY))
    answer = client.post(page(meeting, "agenda/bring-in/"), old)

    assert answer.status_code == 409
    assert "“Theirs”: words changed. Agenda edited" in text_of(answer)
    again = {name: str(answer.context["bring_form"][name].value()) for name in ("stamp", "once")}
    assert client.post(page(meeting, "agenda/bring-in/"), again).status_code == 302
    assert str(world.activity(19)) in headings(meeting)


# Items -------------------------------------------------------------------------------------------------------------


def test_an_own_item_is_added_at_the_end_with_its_activity(world, sign_in):
    meeting, client = called(world), sign_in("secretariat")
    said = {"heading": "Next year’s\r\nplan", "text": "How it is made.", "seeks_decision": "on"}
    answer = send(client, page(meeting, "agenda/add/"), **said, activity=str(world.activity(12).id))

    assert (answer.status_code, answer.headers["Location"]) == (302, page(meeting, "agenda/"))
    last = items(meeting)[-1]
    assert (last.kind, last.heading, last.text) == (AgendaKind.OWN, "Next year’s plan", "How it is made.")
    assert (last.seeks_decision, last.activity) == (True, world.activity(12))
    assert "“Next year’s plan” is at the end of the agenda." in text_of(client.get(page(meeting, "agenda/")))


def test_an_own_item_needs_a_heading_and_may_be_about_no_activity(world, sign_in):
    meeting, client = called(world), sign_in("secretariat")
    answer = send(client, page(meeting, "agenda/add/"), heading=" ", text="Kept")
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["heading"])
    assert answer.context["form"]["text"].value() == "Kept"

    send(client, page(meeting, "agenda/add/"), heading="Next year")
    assert items(meeting)[-1].activity is None


def test_the_words_of_an_item_are_edited(world, sign_in):
    meeting, client = called(world), sign_in("secretariat")
    gap = item(meeting, 9, "gap")
    address = page(meeting, f"agenda/{gap.id}/")
    form = client.get(address).context["form"]
    assert (form["heading"].value(), form["text"].value()) == (gap.heading, gap.text)
    assert form["seeks_decision"].value() is True

    answer = send(client, address, heading="Who leads 9", text="Two bodies offer.")
    assert (answer.status_code, answer.headers["Location"]) == (302, page(meeting, "agenda/"))
    gap.refresh_from_db()
    assert (gap.heading, gap.text, gap.seeks_decision) == ("Who leads 9", "Two bodies offer.", False)
    assert str(world.activity(9)) != "Who leads 9"


def test_somebody_elses_words_are_shown_beside_ones_own(world, sign_in):
    meeting, client = called(world), sign_in("secretariat")
    gap = item(meeting, 9, "gap")
    address = page(meeting, f"agenda/{gap.id}/")
    old = hidden(client, address)
    edit_item(item=gap, heading="Theirs", text="Their words", seeks_decision=True, **told(world, TODAY))
    answer = client.post(address, {**old, "heading": "Mine", "text": "My words"})

    assert answer.status_code == 409
    assert [(row["left"], row["right"]) for row in answer.context["conflict"].rows] == [
        ("Theirs", "Mine"),
        ("Their words", "My words"),
        ("yes", "no"),
    ]
    again = {name: answer.context["form"][name].value() for name in ("stamp", "once")}
    assert client.post(address, {**again, "heading": "Mine", "text": "My words"}).status_code == 302
    gap.refresh_from_db()
    assert gap.heading == "Mine"


def test_an_item_is_taken_off_with_a_reason_and_put_back(world, sign_in):
    meeting, client = called(world), sign_in("secretariat")
    gap = item(meeting, 9, "gap")
    before = headings(meeting)
    assert send(client, page(meeting, f"agenda/{gap.id}/off/"), reason=" ").status_code == 422
    send(client, page(meeting, f"agenda/{gap.id}/off/"), reason="Settled by mail")
    assert gap.heading not in headings(meeting)

    looked = client.get(page(meeting, "agenda/"))
    assert f"{gap.heading} 15 February 2022: Settled by mail" in section_of(looked, "off")
    assert "New in the register" not in text_of(looked)  # it is not brought in again
    assert "off the agenda already" in text_of(client.get(page(meeting, f"agenda/{gap.id}/off/")))

    form = next(each["form"] for each in looked.context["off"])
    sent = {name: str(form[name].value()) for name in ("stamp", "once")}
    assert client.post(page(meeting, f"agenda/{gap.id}/back/"), sent).status_code == 302
    assert headings(meeting) == before


def test_putting_back_over_somebody_elses_change_is_a_conflict(world, sign_in):
    meeting, client = called(world), sign_in("secretariat")
    gap = item(meeting, 9, "gap")
    take_off(item=gap, reason="By mail", **told(world, TODAY))
    old = bring(client, meeting)
    add_item(meeting=meeting, heading="Next year", **told(world, TODAY))
    answer = client.post(page(meeting, f"agenda/{gap.id}/back/"), old)

    assert answer.status_code == 409
    assert "Somebody else was faster" in text_of(answer)
    assert gap.heading not in headings(meeting)


def test_an_item_of_another_meeting_has_no_page_here(world, sign_in):
    meeting, other = called(world), called(world, date(2022, 4, 5))
    client, wrong = sign_in("secretariat"), items(other)[0].id
    for path in ("", "off/"):
        assert client.get(page(meeting, f"agenda/{wrong}/{path}")).status_code == 404
    assert client.post(page(meeting, f"agenda/{wrong}/back/"), {"stamp": "1"}).status_code == 404


def test_only_the_secretariat_edits_an_agenda(world, sign_in, meeting):
    first = items(meeting)[0].id
    before = entries_written()
    for username in ("police", "steering"):
        client = sign_in(username)
        for path in ("order/", "bring-in/", "add/", f"{first}/", f"{first}/off/", f"{first}/back/"):
            assert client.post(page(meeting, f"agenda/{path}"), {"stamp": "1"}).status_code == 403
    assert entries_written() == before


def test_a_form_without_a_stamp_is_refused_on_the_page(world, sign_in):
    meeting, client = called(world), sign_in("secretariat")
    before = entries_written()
    for path in ("order/", "bring-in/"):
        answer = client.post(page(meeting, f"agenda/{path}"), {})
        assert answer.status_code == 422
        assert 'class="error-summary"' in answer.content.decode()
    assert entries_written() == before


@after(half_a_year)
def test_no_page_takes_more_than_twelve_queries_whatever_there_is(world, sign_in):
    meeting, client = called(world, on=TODAY), sign_in("secretariat")
    first, second, *_ = items(meeting)
    take_off(item=first, reason="By mail", **told(world, TODAY))
    client.get(LIST)
    counts = {}
    for path in ("", "add/", f"{second.id}/", f"{second.id}/off/"):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(page(meeting, f"agenda/{path}")).status_code == 200
        counts[path] = len(queries)
    assert {path: count for path, count in counts.items() if count > 12} == {}
