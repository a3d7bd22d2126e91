"""Preparing a pack: what it will hold, its summary while it is written, a look at it, and freezing it."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import date
from functools import partial

import pytest

from activities.actions.meetings import add_item, call_meeting, call_off_meeting, take_off
from activities.actions.packs import MadeFile, add_pack_file, save_pack_draft
from activities.exports.packs.making import at_freezing, content_of
from activities.models import Meeting, Pack, PackDraft, PackFile
from activities.pack_document import hash_of, parse
from activities.pack_forms import PackForm
from tests.actions.packs import frozen
from tests.actions.rounds import told
from tests.deciding import meeting
from tests.packs import decide, seek
from tests.record.tampering import past_the_guards
from tests.scenes import played_once
from tests.views.editing import BASE, hidden, send, text_of
from tests.views.rounds import half_returned
from tests.world import World
from tnoc_tracker.record.days import AUCKLAND

made = played_once(half_returned)

SUMMARY = "Four of the year’s milestones are late; two need the group."


def page(of: Meeting, path: str = "") -> str:
    """The page on which a meeting's pack is prepared."""
    return f"{BASE}meetings/{of.id}/pack/{path}"


@pytest.fixture
def called(world: World) -> Meeting:
    """A meeting a week from now that looks at no round."""
    return meeting(world, date(2022, 2, 22), called=date(2022, 2, 1))


# At a glance ---------------------------------------------------------------------------------------------------------


def test_the_page_says_what_the_pack_will_hold(world, sign_in, made):
    called = call_meeting(plan=world.plan, held_on=date(2022, 2, 22), round=made, **told(world, date(2022, 2, 1)))
    seek(world, called, *(f"Decide thing {number}" for number in range(1, 8)))
    sought = called.items.filter(seeks_decision=True).count()
    words = text_of(sign_in("secretariat").get(page(called)))

    assert f"Version 1 of the pack: {sought} decisions are sought, 4 of 35 returned" in words
    assert "31 returns of 35 are missing." in words
    assert "The summary is not written." in words
    assert "the plan’s start: no earlier meeting has a pack" in words
    assert "In the annex, named: " in words
    assert words.index("In the annex") < words.index("Decide thing 7")


def test_what_is_missing_is_named_with_where_to_put_it_right(world, sign_in, called):
    for item in called.items.all():
        take_off(item=item, reason="Not now", **told(world, date(2022, 2, 2)))
    answer = sign_in("secretariat").get(page(called))
    words = text_of(answer)

    assert "no decision is sought" in words
    assert "The meeting looks at no reporting round: the pack says nothing of returns." in words
    assert "Nothing is on the agenda." in words
    assert f'href="{BASE}meetings/{called.id}/agenda/"' in answer.content.decode()
    assert f'href="{BASE}meetings/{called.id}/change/"' in answer.content.decode()


AFTER = "a version frozen now has today’s position, and what moved since then is not in the next pack’s movements."


def test_that_the_meeting_has_decided_already_is_said(world, sign_in):
    held = meeting(world, date(2022, 2, 8), called=date(2022, 2, 1))
    client = sign_in("secretariat")
    assert f"The day of this meeting has passed (8 February 2022): {AFTER}" in text_of(client.get(page(held)))
    decide(world, held, "Agree the plan")
    answer = client.get(page(held))
    assert f"This meeting has decided already (1 decision): {AFTER}" in text_of(answer)
    assert "has passed" not in text_of(answer)
    assert f'<li><a href="{BASE}meetings/{held.id}/">This meeting' in answer.content.decode()
    decide(world, held, "Agree another")
    assert "has decided already (2 decisions)" in text_of(client.get(page(held)))


def test_a_meeting_that_is_still_to_come_has_neither_passed_nor_decided(sign_in, called):
    assert AFTER not in text_of(sign_in("secretariat").get(page(called)))


def test_movements_run_from_the_pack_of_the_meeting_before(world, sign_in, called):
    before = frozen(world, meeting(world, date(2021, 11, 16)), date(2021, 11, 9))
    words = text_of(sign_in("secretariat").get(page(called)))
    assert "Movements since Pack, version 1, frozen 9 November 2021" in words
    assert before.meeting_id != called.id


def test_a_meeting_that_is_called_off_has_no_pack_to_prepare(world, sign_in, called):
    call_off_meeting(meeting=called, reason="Too few can come.", **told(world, date(2022, 2, 14)))
    client = sign_in("secretariat")
    assert "This meeting is called off: it has no pack" in text_of(client.get(page(called)))
    assert client.get(page(called, "preview/")).status_code == 404


def test_the_page_takes_as_many_queries_for_a_long_agenda_as_for_a_short_one(
    world, sign_in, called, django_assert_max_num_queries
):
    client = sign_in("secretariat")
    client.get(page(called))
    with django_assert_max_num_queries(12) as few:
        client.get(page(called))
    for number in range(20):
        add_item(meeting=called, heading=f"Item {number}", seeks_decision=True, **told(world, date(2022, 2, 2)))
    with django_assert_max_num_queries(12) as many:
        client.get(page(called))
    assert len(few) == len(many)


def test_nobody_but_the_secretariat_learns_of_what_is_prepared(world, sign_in, called):
    save_pack_draft(meeting=called, summary=SUMMARY, **told(world, date(2022, 2, 14)))
    for username in ("steering", "police"):
        client = sign_in(username)
        assert client.get(page(called)).status_code == 404
        assert client.get(page(called, "preview/")).status_code == 404
        assert client.post(page(called), {"summary": "Mine"}).status_code == 404
    assert PackDraft.objects.get().summary == SUMMARY


def test_nothing_is_prepared_at_a_past_position(sign_in, called):
    assert sign_in("secretariat").get(f"{page(called)}?as_at=2022-02-10").status_code == 403


# The summary ---------------------------------------------------------------------------------------------------------


def test_a_draft_is_kept_and_stands_in_the_preview(sign_in, called):
    client = sign_in("secretariat")
    answer = send(client, page(called), summary=SUMMARY, act="save")
    assert (answer.status_code, answer.headers["Location"]) == (302, page(called))
    again = client.get(page(called))
    assert "The summary is kept. The pack is not frozen yet." in text_of(again)
    assert again.context["form"]["summary"].value() == SUMMARY
    assert not Pack.objects.exists()

    preview = client.get(page(called, "preview/"))
    assert SUMMARY in text_of(preview)
    assert "Draft, not frozen" in text_of(preview)
    assert preview["Cache-Control"] == "private, no-store"


def test_a_draft_may_be_empty(sign_in, called):
    assert send(sign_in("secretariat"), page(called), summary="", act="save").status_code == 302
    assert PackDraft.objects.get().summary == ""


@pytest.mark.parametrize("act", ["save", "freeze"])
def test_where_somebody_else_was_faster_both_texts_are_shown(world, sign_in, called, act):
    client = sign_in("secretariat")
    stale = hidden(client, page(called))
    save_pack_draft(meeting=called, summary="Theirs", **told(world, date(2022, 2, 15)))
    answer = client.post(page(called), {**stale, "summary": "Mine", "act": act})

    assert answer.status_code == 409
    words = text_of(answer)
    assert "Somebody else was faster: nothing of yours is saved yet" in words
    assert "Theirs, in the register now Yours, not saved Summary · differs" in words
    assert answer.context["form"]["summary"].value() == "Mine"
    assert PackDraft.objects.get().summary == "Theirs"
    assert not Pack.objects.exists()

    renewed = {name: answer.context["form"][name].value() for name in ("stamp", "once")}
    assert client.post(page(called), {**renewed, "summary": "Mine", "act": "save"}).status_code == 302
    assert PackDraft.objects.get().summary == "Mine"


# Where the last pack is damaged ---------------------------------------------------------------------------------------


UNCOUNTED = (
    "The figures of the pack of 9 November 2021, version 1, {}: the change since then cannot be counted. "
    "Have an operator run “manage.py verify_packs” and “manage.py verify_history”; nothing is frozen."
)


def damaged(world: World, *, gone: bool) -> str:
    """The figures of the last pack are gone, or were never any that can be read; returns what is said of it."""
    make = {} if not gone else {"make": partial(at_freezing, site="")}
    before = frozen(world, meeting(world, date(2021, 11, 16)), date(2021, 11, 9), **make)
    if gone:
        digest = before.files.get(form="figures").sha384
        past_the_guards(f"DELETE FROM activities_packcontent WHERE sha384 = '{digest}'")
    return UNCOUNTED.format("are not those that were frozen" if gone else "cannot be read")


@pytest.mark.parametrize("gone", [True, False])
def test_nothing_is_frozen_beside_a_last_pack_that_is_damaged(caplog, world, sign_in, called, gone):
    said = damaged(world, gone=gone)
    client = sign_in("secretariat")
    assert client.get(page(called)).status_code == 200
    caplog.set_level("INFO", "tnoc.access")
    answer = send(client, page(called), summary=SUMMARY, act="freeze")

    assert answer.status_code == 422
    assert said in text_of(answer)
    assert answer.context["form"]["summary"].value() == SUMMARY
    assert Pack.objects.count() == 1
    (before,) = Pack.objects.all()
    events = [each.facts for each in caplog.records if getattr(each, "event", "") == "pack-unreadable"]
    assert [(each["pack"], each["form"]) for each in events] == [(before.id, "figures")]


@pytest.mark.parametrize("gone", [True, False])
def test_a_preview_beside_a_last_pack_that_is_damaged_says_why_there_is_none(world, sign_in, called, gone):
    said = damaged(world, gone=gone)
    save_pack_draft(meeting=called, summary=SUMMARY, **told(world, date(2022, 2, 14)))
    answer = sign_in("secretariat").get(page(called, "preview/"))
    assert answer.status_code == 422
    assert "There is nothing to look at yet" in text_of(answer)
    assert f'<form method="post" action="{page(called)}"' in answer.content.decode()
    assert said in text_of(answer)
    assert answer.context["form"]["summary"].value() == SUMMARY


def test_a_summary_is_kept_beside_a_last_pack_that_is_damaged(world, sign_in, called):
    damaged(world, gone=True)
    assert send(sign_in("secretariat"), page(called), summary=SUMMARY, act="save").status_code == 302
    assert PackDraft.objects.get().summary == SUMMARY


# Freezing ------------------------------------------------------------------------------------------------------------


def test_freezing_stores_the_figures_and_every_form(world, sign_in, called):
    client = sign_in("secretariat")
    answer = send(client, page(called), summary=SUMMARY, act="freeze")
    pack = Pack.objects.get()

    assert (answer.status_code, answer.headers["Location"]) == (302, f"{BASE}packs/{pack.id}/")
    assert (pack.number, pack.summary, pack.frozen_by) == (1, SUMMARY, "Secretariat Officer")
    files = {file.form: file for file in PackFile.objects.all()}
    assert set(files) == set(PackForm)
    figures = content_of(files["figures"])
    assert hash_of(figures) == pack.figures_hash
    document = parse(figures)
    assert document.cover.position == pack.frozen_at.astimezone(AUCKLAND).isoformat()
    assert document.cover.site == "http://testserver"
    assert {file.made_at for file in files.values()} == {pack.frozen_at}
    assert files["pdf"].name == "TNOC pack tnoc-2021-22 2022-02-22 v1.pdf"
    assert "Version 1 is frozen. Nothing in it changes any more." in text_of(client.get(f"{BASE}packs/{pack.id}/"))


def test_a_missing_library_leaves_the_pack_frozen_and_is_said(monkeypatch, world, sign_in, called):
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    monkeypatch.setitem(sys.modules, "docx", None)
    client = sign_in("secretariat")
    send(client, page(called), summary=SUMMARY, act="freeze")
    pack = Pack.objects.get()

    assert set(pack.files.values_list("form", flat=True)) == {"figures", "page", "stylesheet", "excel"}
    words = text_of(client.get(f"{BASE}packs/{pack.id}/"))
    assert "Version 1 is frozen." in words
    assert "The PDF cannot be made here" in words
    assert "The Word document cannot be made here" in words
    assert "Make the PDF file now" in words


def test_a_form_that_somebody_else_makes_meanwhile_stays_and_the_others_follow(monkeypatch, world, sign_in, called):
    def printed(pack, form):
        made = MadeFile(form, f"A pack.{form}", "text/plain", form.encode())
        if form == PackForm.PDF:
            add_pack_file(pack=pack, made=replace(made, content=b"made meanwhile"), **told(world, date(2022, 2, 15)))
        return made, ""

    monkeypatch.setattr("activities.views.packs.printed", printed)
    assert send(sign_in("secretariat"), page(called), summary=SUMMARY, act="freeze").status_code == 302
    files = {file.form: content_of(file) for file in PackFile.objects.all()}
    assert (files["pdf"], files["word"], files["excel"]) == (b"made meanwhile", b"word", b"excel")


def test_a_pack_is_not_frozen_without_a_summary(sign_in, called):
    answer = send(sign_in("secretariat"), page(called), summary=" ", act="freeze")
    assert answer.status_code == 422
    assert "Write the summary: one paragraph for the group." in text_of(answer)
    assert not Pack.objects.exists()


def test_a_form_sent_twice_freezes_one_version(monkeypatch, sign_in, called):
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    client = sign_in("secretariat")
    sent = {**hidden(client, page(called)), "summary": SUMMARY, "act": "freeze"}
    first, second = client.post(page(called), sent), client.post(page(called), sent)
    assert first.headers["Location"] == second.headers["Location"]
    assert Pack.objects.count() == 1


def test_another_version_says_why_and_starts_from_the_last_summary(monkeypatch, world, sign_in, called):
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    frozen(world, called, summary="The first words.")
    client = sign_in("secretariat")
    asked = client.get(page(called))
    assert "Version 2: say what is corrected, then freeze" in text_of(asked)
    assert asked.context["form"]["summary"].value() == "The first words."

    silent = send(client, page(called), summary=SUMMARY, act="freeze")
    assert silent.status_code == 422
    assert "Say why another version is made." in text_of(silent)
    assert silent.context["form"]["summary"].value() == SUMMARY

    send(client, page(called), summary=SUMMARY, corrected_why="A return was counted twice.", act="freeze")
    second = Pack.objects.get(number=2)
    assert (second.corrected_why, second.meeting_id) == ("A return was counted twice.", called.id)
    stored = content_of(PackFile.objects.get(pack=second, form="page")).decode()
    assert "A return was counted twice." in stored


def test_who_froze_first_is_seen_by_who_comes_second(world, sign_in, called):
    client = sign_in("secretariat")
    sent = {**hidden(client, page(called)), "summary": SUMMARY, "act": "freeze"}
    frozen(world, called)
    answer = client.post(page(called), sent)
    assert answer.status_code == 422
    assert "Say why another version is made." in text_of(answer)
    assert Pack.objects.count() == 1
