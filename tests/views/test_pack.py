"""A frozen pack: its page with files and hashes, its stored bytes, its versions, and forms that are made later."""

from __future__ import annotations

import json
import sys
from datetime import date
from typing import Any

import pytest
from django.db import connection

from activities.actions.words import edit_words, withdraw_activity
from activities.exports.packs.making import content_of, printed_from
from activities.exports.packs.printing import grouped
from activities.models import Meeting, Pack, PackFile
from tests.actions.packs import frozen
from tests.actions.packs import frozen_with_page as freeze
from tests.actions.rounds import told
from tests.deciding import meeting
from tests.record.tampering import past_the_guards
from tests.scenes import played_once
from tests.test_pack_forms import read
from tests.views.editing import BASE, text_of
from tests.world import World, moment


def page(pack: Pack, path: str = "") -> str:
    """A page of a pack."""
    return f"{BASE}packs/{pack.id}/{path}"


@played_once
def called(world: World) -> Meeting:
    """A meeting a week from now."""
    return meeting(world, date(2022, 2, 22), called=date(2022, 2, 1))


@pytest.fixture
def pack(world: World, called: Meeting) -> Pack:
    """Its pack."""
    return freeze(world, called)


# The page of a pack --------------------------------------------------------------------------------------------------


def test_everybody_reads_what_was_frozen_when_by_whom_and_every_hash(sign_in, pack):
    words = text_of(sign_in("steering").get(page(pack)))

    assert "Version 1 of the pack is frozen" in words
    assert "Position 15 February 2022, 10:00 am" in words
    assert "Frozen by Secretariat Officer" in words
    assert "Movements since the plan’s start" in words
    assert "Summary Four activities are late." in words
    assert f"SHA-384 of the figures {grouped(pack.figures_hash)}" in words
    for file in pack.files.all():
        assert grouped(file.sha384) in words
        assert file.name in words


def test_a_link_to_a_file_states_its_format_and_size(sign_in, pack):
    html = sign_in("steering").get(page(pack)).content.decode()
    size = f"{pack.files.get(form='figures').size / 1024:.1f}\xa0KB"
    assert f'<a href="{page(pack, "files/figures/")}" download>Figures (JSON, {size})</a>' in html
    assert f'<a href="{page(pack, "page/")}">The pack (HTML, ' in html


def test_the_versions_of_a_meetings_pack_lead_to_each_other(world, sign_in, called, pack):
    second = freeze(world, called, corrected_why="A return was counted twice.")
    client = sign_in("steering")
    words = text_of(client.get(page(pack)))
    assert "Version 1 of the pack is frozen; version 2 corrects it" in words
    assert "Version 2 : A return was counted twice." in words.replace("Version 2:", "Version 2 :")
    assert "Every version" in words

    answer = client.get(page(second))
    assert "Version 2 of the pack is frozen" in text_of(answer)
    assert "Why this version A return was counted twice." in text_of(answer)
    assert f'href="{page(pack)}"' in answer.content.decode()


def test_movements_lead_to_the_pack_that_they_run_from(world, sign_in, called):
    before = freeze(world, meeting(world, date(2021, 11, 16)), date(2021, 11, 9))
    after = freeze(world, called)
    answer = sign_in("steering").get(page(after))
    assert "Movements since Pack, version 1, frozen 9 November 2021" in text_of(answer)
    assert f'href="{page(before)}"' in answer.content.decode()
    assert after.previous_id == before.id


def test_a_pack_is_there_from_the_moment_at_which_it_was_frozen(world, sign_in, pack):
    client = sign_in("secretariat")
    assert client.get(f"{page(pack)}?as_at=2022-02-14").status_code == 404
    assert client.get(f"{page(pack, 'page/')}?as_at=2022-02-14").status_code == 404
    later = client.get(f"{page(pack)}?as_at={moment(date(2022, 2, 15), 11).isoformat().replace('+', '%2B')}")
    assert later.status_code == 200
    assert "Make the" not in text_of(later)
    assert "Correct it" not in text_of(later)


def test_a_pack_of_another_plan_or_none_is_not_found(sign_in, pack):
    client = sign_in("steering")
    assert client.get(f"{BASE}packs/{pack.id + 1}/").status_code == 404
    for path in ("files/page/", "files/nothing/", "files/pdf/"):
        assert client.get(page(pack, path)).status_code == 404


def test_the_page_takes_few_queries(world, sign_in, called, pack, django_assert_max_num_queries):
    freeze(world, called, corrected_why="A return was counted twice.")
    client = sign_in("secretariat")
    client.get(page(pack))
    with django_assert_max_num_queries(12):
        client.get(page(pack))


# The stored bytes ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "path", "content_type", "disposition"),
    [
        ("page", "page/", "text/html; charset=utf-8", "inline"),
        ("stylesheet", "files/stylesheet/", "text/css; charset=utf-8", "inline"),
        ("figures", "files/figures/", "application/json", "attachment"),
    ],
)
def test_a_file_is_served_byte_for_byte_under_its_hash(sign_in, pack, form, path, content_type, disposition):
    client, file = sign_in("police-reader"), pack.files.get(form=form)
    answer = client.get(page(pack, path))

    assert answer.content == content_of(file)
    assert answer["Content-Type"] == content_type
    assert answer["Content-Disposition"] == f'{disposition}; filename="{file.name}"'
    assert answer["ETag"] == f'"{file.sha384}"'
    assert answer["Cache-Control"] == "private, no-cache"
    assert "style-src 'self'" in answer["Content-Security-Policy"]

    again = client.get(page(pack, path), headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get(page(pack, path), headers={"If-None-Match": '"another"'}).status_code == 200


def test_the_frozen_page_finds_its_own_stylesheet(sign_in, pack):
    client = sign_in("steering")
    html = client.get(page(pack, "page/")).content.decode()
    assert '<link rel="stylesheet" href="../files/stylesheet/">' in html
    assert client.get(page(pack, "files/stylesheet/")).status_code == 200


def test_later_edits_leave_the_stored_bytes_alone(world, sign_in, called, pack):
    client = sign_in("secretariat")
    before = {path: client.get(page(pack, path)).content for path in ("page/", "files/figures/", "files/stylesheet/")}
    told_now: Any = told(world, date(2022, 2, 15))
    edit_words(activity=world.activity(7), title="Another title", description="", reason="Clearer", **told_now)
    withdraw_activity(activity=world.activity(12), reason="Merged", **told_now)
    freeze(world, called, corrected_why="Two activities have changed.")
    assert {path: client.get(page(pack, path)).content for path in before} == before
    assert "Another title" not in before["page/"].decode()


def test_bytes_that_are_not_those_that_were_stored_are_not_served(sign_in, pack):
    client, file = sign_in("steering"), pack.files.get(form="figures")
    past_the_guards(
        f"UPDATE activities_packcontent SET content = CAST('[]' AS {blob()}) WHERE sha384 = '{file.sha384}'"
    )
    refused(
        client.get(page(pack, "files/figures/")), f"The stored bytes of {file.name} are not those that were frozen."
    )


def refused(answer: Any, what: str) -> None:
    """The page that says what is damaged, that nothing was served, and what an operator should run."""
    words = text_of(answer)
    assert (answer.status_code, answer["Content-Type"]) == (500, "text/html; charset=utf-8")
    assert (answer.get("ETag"), answer.get("Content-Disposition")) == (None, None)
    assert "Nothing is served: this is not what was frozen" in words
    assert what in words
    assert "An operator should run “manage.py verify_packs” and “manage.py verify_history”" in words
    assert "Traceback" not in words


def damage(pack: Pack, form: str) -> None:
    """Other bytes in the place of a file's."""
    digest = pack.files.get(form=form).sha384
    past_the_guards(
        f"UPDATE activities_packcontent SET content = CAST('The plan' AS {blob()}) WHERE sha384 = '{digest}'"
    )


@pytest.mark.parametrize(
    ("form", "path"), [("page", "page/"), ("stylesheet", "files/stylesheet/"), ("figures", "files/figures/")]
)
def test_damage_to_a_file_is_said_and_noted_without_a_word_of_the_plan(sign_in, caplog, pack, form, path):
    client = sign_in("steering")
    damage(pack, form)
    caplog.set_level("INFO", "tnoc.access")
    caplog.clear()
    answer = client.get(page(pack, path))
    refused(answer, pack.files.get(form=form).name)
    assert b"The plan<" not in answer.content
    assert f'href="{page(pack)}"' in answer.content.decode()
    (event,) = [each for each in caplog.records if each.name == "tnoc.access"]
    assert event.event == "pack-unreadable"
    assert {name: each for name, each in event.facts.items() if name != "request"} == {"pack": pack.id, "form": form}
    assert client.get(page(pack)).status_code == 200


def test_bytes_that_are_gone_are_said_to_be(sign_in, pack):
    client, file = sign_in("steering"), pack.files.get(form="page")
    past_the_guards(f"DELETE FROM activities_packcontent WHERE sha384 = '{file.sha384}'")
    refused(client.get(page(pack, "page/")), f"The stored bytes of {file.name} are not those that were frozen.")


def test_nothing_is_made_from_figures_that_are_damaged(sign_in, pack):
    client = sign_in("secretariat")
    damage(pack, "figures")
    refused(client.post(page(pack, "make/excel/"), {}), "are not those that were frozen.")
    assert not pack.files.filter(form="excel").exists()


def test_nothing_is_made_from_figures_whose_hash_is_another(sign_in, pack):
    client = sign_in("secretariat")
    past_the_guards(f"UPDATE activities_pack SET figures_hash = '{'a' * 96}'")
    what = "The figures of version 1 of the pack do not have the hash that it was frozen with."
    refused(client.post(page(pack, "make/word/"), {}), what)


def blob() -> str:
    """What the database calls a column of bytes."""
    return "BYTEA" if connection.vendor == "postgresql" else "BLOB"


# Forms made later ----------------------------------------------------------------------------------------------------


def test_a_form_that_is_missing_is_made_from_the_stored_figures_and_says_when(settings, world, sign_in, pack):
    edit_words(
        activity=world.activity(7),
        title="Another title",
        description="",
        reason="Clearer",
        **told(world, date(2022, 2, 15)),
    )
    settings.TNOC_TODAY = date(2022, 3, 3)
    client = sign_in("secretariat")
    answer = client.post(page(pack, "make/word/"), {})
    assert (answer.status_code, answer.headers["Location"]) == (302, page(pack))
    words = text_of(client.get(page(pack)))
    assert "Pack (Word) is made. It says that it was rendered today." in words
    assert "3 March 2022" in words
    assert "rendered later, from these figures" in words

    file = client.get(page(pack, "files/word/"))
    assert "On 3 March 2022, from version 1" in read(file.content)
    assert "Another title" not in read(file.content)
    assert file["Content-Disposition"] == 'attachment; filename="TNOC pack tnoc-2021-22 2022-02-22 v1.docx"'


def test_a_form_is_made_once(world, sign_in, pack):
    client = sign_in("secretariat")
    client.post(page(pack, "make/excel/"), {})
    stored = pack.files.get(form="excel")
    client.post(page(pack, "make/excel/"), {})
    assert pack.files.get(form="excel").sha384 == stored.sha384
    assert "is there already: a frozen file is not made twice." in text_of(client.get(page(pack)))


def test_a_missing_library_is_said_where_the_form_is_asked_for(monkeypatch, sign_in, pack):
    monkeypatch.setitem(sys.modules, "docx", None)
    client = sign_in("secretariat")
    client.post(page(pack, "make/word/"), {})
    assert "The Word document cannot be made here: python-docx is not installed." in text_of(client.get(page(pack)))
    assert not pack.files.filter(form="word").exists()


def test_a_failure_while_a_form_is_printed_is_said_and_logged(caplog, world, sign_in, called):
    unprintable = frozen(world, called)
    client = sign_in("secretariat")
    client.post(page(unprintable, "make/excel/"), {})
    assert "Annex (Excel) could not be made. The log of the tracker says why" in text_of(client.get(page(unprintable)))
    assert "could not be made from the figures" in caplog.text


def test_only_the_secretariat_makes_a_form_and_only_one_of_those_that_are_printed(sign_in, pack):
    assert sign_in("steering").post(page(pack, "make/excel/"), {}).status_code == 403
    for form in ("figures", "page", "nothing"):
        assert sign_in("secretariat").post(page(pack, f"make/{form}/"), {}).status_code == 404
    assert "Make the" not in text_of(sign_in("steering").get(page(pack)))
    assert "Not made yet" in text_of(sign_in("steering").get(page(pack)))


def test_what_is_printed_later_is_what_would_have_been_printed_then(pack):
    at_once = printed_from(pack, "excel", rendered_on=None)
    later = printed_from(pack, "excel", rendered_on=date(2022, 3, 3))
    told_then, told_later = read(at_once.content).splitlines(), read(later.content).splitlines()
    assert [line for line in told_later if line not in told_then] == ["Rendered", "On 3 March 2022, from version 1"]


def test_the_figures_are_what_the_cover_says_they_are(sign_in, pack):
    figures = json.loads(sign_in("steering").get(page(pack, "files/figures/")).content)
    assert figures["cover"]["version"] == 1
    assert figures["cover"]["position"] == "2022-02-15T10:00:00+13:00"
    assert PackFile.objects.get(pack=pack, form="figures").sha384 == pack.figures_hash
