"""Editing the working words of an activity."""

from __future__ import annotations

import pytest

from activities.actions.words import edit_words
from tests.views.editing import address, hidden, send, text_of

URL = address(7, "words/")


def test_the_published_words_stand_beside_the_working_ones(sign_in):
    page = sign_in("secretariat").get(URL)
    assert page.status_code == 200
    assert (
        page.context["form"]["title"].value()
        == "Aligning the Financial Crime and Corruption Strategy with the TNOC Strategy"
    )
    assert "As published" in text_of(page)


def test_new_words_are_saved_with_their_reason_and_the_published_ones_stay(world, sign_in):
    before = world.activity(7)
    answer = send(
        sign_in("secretariat"), URL, title="Aligning two strategies", description=before.description, reason="Shorter"
    )
    assert answer.status_code == 302
    assert answer["Location"] == address(7)
    after = world.activity(7)
    assert after.title == "Aligning two strategies"
    assert after.published_title == before.published_title
    assert after.words_differ
    entry = after.history.latest()
    assert (entry.actor_name, entry.history_change_reason, entry.changed) == (
        "Secretariat Officer",
        "Shorter",
        ["title"],
    )


def test_saving_without_a_change_writes_no_entry(world, sign_in):
    before = world.activity(7)
    client = sign_in("secretariat")
    answer = client.post(
        URL,
        {**hidden(client, URL), "title": before.title, "description": before.description, "reason": "A look"},
        follow=False,
    )
    assert answer.status_code == 302
    assert world.activity(7).version == before.version


def test_a_reason_is_asked_for_and_everything_typed_is_kept(world, sign_in):
    answer = send(sign_in("secretariat"), URL, title="Another title", description="Another text", reason="  ")
    assert answer.status_code == 422
    words = text_of(answer)
    assert "Give the reason." in words
    assert "Another title" in words
    assert "Another text" in words
    assert world.activity(7).title != "Another title"


def test_the_same_form_sent_twice_is_carried_out_once(world, sign_in):
    client = sign_in("secretariat")
    form = {**hidden(client, URL), "title": "Sent twice", "description": "", "reason": "Shorter"}
    first = client.post(URL, form)
    version = world.activity(7).version
    second = client.post(URL, form)
    assert (first.status_code, second.status_code) == (302, 302)
    assert first["Location"] == second["Location"]
    assert world.activity(7).version == version


def test_two_people_at_once_see_both_versions_and_the_typed_text_is_kept(world, sign_in):
    client = sign_in("secretariat")
    form = hidden(client, URL)
    edit_words(
        activity=world.activity(7),
        title="Theirs",
        description="Their text",
        reason="They were faster",
        by=world.standing("secretariat"),
        at=world.now,
    )
    said = {"title": "Mine", "description": "My text\r\n\r\n- an item", "reason": "Mine is better"}
    answer = client.post(URL, {**form, **said})
    assert answer.status_code == 409
    words = text_of(answer)
    for expected in ("Theirs", "Their text", "Mine", "My text", "Mine is better", "They were faster"):
        assert expected in words
    assert world.activity(7).title == "Theirs"
    again = answer.context["form"]
    answer = client.post(URL, {"stamp": again["stamp"].value(), "once": again["once"].value(), **said})
    assert answer.status_code == 302
    assert world.activity(7).title == "Mine"


def test_a_conflict_names_exactly_what_was_changed_since_the_form_was_opened(world, sign_in):
    client = sign_in("secretariat")
    by, at = world.standing("secretariat"), world.now
    edit_words(activity=world.activity(7), title="Before", description="", reason="Old news", by=by, at=at)
    form = hidden(client, URL)
    edit_words(activity=world.activity(7), title="After", description="", reason="The news", by=by, at=at)
    answer = client.post(URL, {**form, "title": "Mine", "description": "", "reason": "Mine"})
    assert [entry.why for entry in answer.context["conflict"].entries] == ["The news"]


def test_a_withheld_title_has_no_field_and_cannot_be_sent_in(world, sign_in):
    client = sign_in("secretariat")
    url = address(20, "words/")
    page = client.get(url)
    assert "The document withholds the words of this activity" in text_of(page)
    assert not {"title", "description"} & set(page.context["form"].fields)
    form = page.context["form"]
    sent = {"stamp": form["stamp"].value(), "once": form["once"].value(), "title": "Secret", "description": "Secret"}
    client.post(url, {**sent, "reason": "I know it"})
    assert (world.activity(20).title, world.activity(20).description) == ("", "")


def test_a_withheld_item_can_be_neither_filled_nor_taken_out(world, sign_in):
    client = sign_in("secretariat")
    url = address(8, "words/")
    before = world.activity(8)
    assert "[withheld under s 9(2)(f)(iv)]" in before.description
    for changed in (
        before.description.replace("[withheld under s 9(2)(f)(iv)]", "Something secret"),
        before.description.replace("- [withheld under s 9(2)(f)(iv)]\n", ""),
    ):
        assert changed != before.description
        answer = send(client, url, title=before.title, description=changed, reason="I know it")
        assert answer.status_code == 422
        assert "Leave the withheld items in their places" in text_of(answer)
    assert world.activity(8).description == before.description


def test_words_around_a_withheld_item_can_be_edited(world, sign_in):
    before = world.activity(8)
    changed = before.description.replace("This includes:", "It includes:").replace("\n", "\r\n")
    answer = send(
        sign_in("secretariat"), address(8, "words/"), title=before.title, description=changed, reason="Plainer"
    )
    assert answer.status_code == 302
    assert world.activity(8).description == before.description.replace("This includes:", "It includes:")


@pytest.mark.parametrize("username", ["police", "sfo", "steering", "police-reader"])
def test_others_may_read_but_not_edit(world, sign_in, username):
    client = sign_in(username)
    assert client.get(URL).status_code == 403
    assert client.post(URL, {"title": "Mine", "reason": "Mine"}).status_code == 403
    assert world.activity(7).title != "Mine"


def test_an_activity_that_is_not_there_is_not_found(sign_in):
    assert sign_in("secretariat").get(address(99, "words/")).status_code == 404


def test_a_form_without_its_stamp_is_refused(world, sign_in):
    answer = sign_in("secretariat").post(URL, {"title": "Mine", "description": "", "reason": "Mine"})
    assert answer.status_code == 422
    assert "open the page again" in text_of(answer)
    assert world.activity(7).title != "Mine"


def test_the_page_takes_few_queries(sign_in, django_assert_max_num_queries):
    client = sign_in("secretariat")
    client.get(URL)
    with django_assert_max_num_queries(12):
        client.get(URL)
