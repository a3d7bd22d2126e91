"""``manage.py verify_packs``: what was changed past every guard is found and named, and a clean run says so."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection

from activities.actions.packs import add_pack_file
from activities.exports.packs.making import content_of, printed_from
from activities.exports.packs.printing import grouped
from activities.exports.packs.verifying import verify_packs
from activities.models import Pack, PackContent
from activities.pack_document import hash_of
from activities.pack_forms import PackForm
from tests.actions.packs import frozen_with_page
from tests.actions.rounds import told
from tests.deciding import meeting
from tests.record.tampering import past_the_guards
from tests.scenes import played_once
from tests.world import World

ON = date(2022, 2, 15)


@played_once
def pack(world: World) -> Pack:
    """A frozen pack with its figures, its page and its stylesheet."""
    called = meeting(world, date(2022, 2, 22), called=date(2022, 2, 1))
    return frozen_with_page(world, called, summary="It goes well.")


def command() -> str:
    """What ``verify_packs`` prints."""
    out = StringIO()
    call_command("verify_packs", stdout=out)
    return out.getvalue()


def other_bytes(form: str, content: bytes) -> Callable[[Pack], str]:
    """Other bytes under the hash of a file."""
    return lambda pack: (
        f"UPDATE activities_packcontent SET content = {literal(content)} WHERE sha384 = '{digest(pack, form)}'"
    )


def literal(content: bytes) -> str:
    """Some bytes as the database writes them."""
    return f"'\\x{content.hex()}'" if connection.vendor == "postgresql" else f"x'{content.hex()}'"


def as_text(words: str) -> str:
    """A text that is put where bytes belong: SQLite keeps it as one."""
    return f"'{words}'" if connection.vendor == "sqlite" else literal(words.encode())


def digest(pack: Pack, form: str) -> str:
    return pack.files.get(form=form).sha384


TAMPERINGS: list[tuple[str, Callable[[Pack], str], list[str]]] = [
    (
        "another page",
        other_bytes("page", b"<!doctype html>"),
        ["v1.html: its bytes have the SHA-384", "v1.html: it holds 15 bytes", "does not print the hash"],
    ),
    (
        "figures that are none",
        other_bytes("figures", b"{}"),
        ["its bytes have the SHA-384", "are not the figures whose hash", "These are no figures of a pack"],
    ),
    ("another stylesheet", other_bytes("stylesheet", b"* {}"), ["v1.css: its bytes have the SHA-384"]),
    (
        "a text in place of bytes",
        lambda pack: (
            f"UPDATE activities_packcontent SET content = {as_text('<!doctype html>')} "
            f"WHERE sha384 = '{digest(pack, 'page')}'"
        ),
        ["v1.html: its bytes have the SHA-384", "v1.html: it holds 15 bytes"],
    ),
    (
        "removed bytes",
        lambda pack: f"DELETE FROM activities_packcontent WHERE sha384 = '{digest(pack, 'page')}'",
        ["v1.html: its bytes are gone"],
    ),
    (
        "another hash of a file",
        lambda pack: f"UPDATE activities_packfile SET sha384 = '{'a' * 96}' WHERE form = 'stylesheet'",
        ["v1.css: its bytes are gone", "belong to no file of any pack"],
    ),
    (
        "another hash of the figures",
        lambda pack: f"UPDATE activities_pack SET figures_hash = '{'a' * 96}'",
        ["are not the figures whose hash the pack was frozen with", "it does not print the hash"],
    ),
    ("another number", lambda pack: "UPDATE activities_pack SET frozen_by = 'Somebody'", ["is of another version"]),
    ("another size", lambda pack: "UPDATE activities_packfile SET size = 7 WHERE form = 'page'", ["stored with 7"]),
    (
        "a file removed",
        lambda pack: "DELETE FROM activities_packfile WHERE form = 'figures'",
        ["the figures is gone: no pack is frozen without it", "belong to no file of any pack"],
    ),
    (
        "bytes of nobody",
        lambda pack: f"INSERT INTO activities_packcontent (sha384, content) VALUES ('{'b' * 96}', {literal(b'x')})",
        ["stored bytes bbbbbbbbbbbbbbbb… belong to no file of any pack"],
    ),
]


def test_a_clean_run_says_what_it_looked_at(pack):
    assert command() == "1 pack with 3 files verified, no fault.\n"


def test_without_a_pack_there_is_nothing_to_find(world):
    assert command() == "0 packs with 0 files verified, no fault.\n"


@pytest.mark.parametrize(("statement", "says"), [each[1:] for each in TAMPERINGS], ids=[each[0] for each in TAMPERINGS])
def test_what_was_changed_past_every_guard_is_found(pack, statement, says):
    sql = statement(pack)
    past_the_guards(sql)
    with pytest.raises(CommandError) as failed:
        command()
    assert failed.value.returncode == 1
    for words in says:
        assert words in str(failed.value)
    assert (
        "tnoc-2021-22, Steering Group, 22 February 2022, version 1: " in str(failed.value) or "stored bytes" in says[0]
    )


def test_bytes_that_agree_with_their_changed_hash_but_not_with_the_figures_are_found(pack):
    forged = content_of(pack.files.get(form="figures")).replace(b"It goes well.", b"It goes ill!.")
    past_the_guards(
        other_bytes("figures", forged)(pack),
        f"UPDATE activities_packcontent SET sha384 = '{hash_of(forged)}' WHERE sha384 = '{digest(pack, 'figures')}'",
        f"UPDATE activities_packfile SET sha384 = '{hash_of(forged)}' WHERE form = 'figures'",
    )
    of_figures, of_row = verify_packs().faults
    assert of_figures.endswith("these are not the figures whose hash the pack was frozen with")
    assert of_row.endswith("not what its newest entry in the history says: SHA-384")


def test_rows_forged_to_agree_with_forged_bytes_are_found_by_their_history_alone(pack):
    figures = content_of(pack.files.get(form="figures")).replace(b"It goes well.", b"It goes ill!!.")
    page = content_of(pack.files.get(form="page")).replace(b"It goes well.", b"It goes ill!!.")
    page = page.replace(grouped(pack.figures_hash).encode(), grouped(hash_of(figures)).encode())
    past_the_guards(
        *(each for form, forged in (("figures", figures), ("page", page)) for each in forgery(pack, form, forged)),
        f"UPDATE activities_pack SET summary = 'It goes ill!!.', figures_hash = '{hash_of(figures)}'",
    )
    files = {file.form: file.id for file in pack.files.all()}
    assert verify_packs().faults == [
        f"pack {pack.id}: not what its newest entry in the history says: summary, hash of the figures",
        f"file of a pack {files['figures']}: not what its newest entry in the history says: size, SHA-384",
        f"file of a pack {files['page']}: not what its newest entry in the history says: size, SHA-384",
    ]


def forgery(pack: Pack, form: str, forged: bytes) -> list[str]:
    """Other bytes of a file, and rows that agree with them."""
    new = hash_of(forged)
    return [
        other_bytes(form, forged)(pack),
        f"UPDATE activities_packcontent SET sha384 = '{new}' WHERE sha384 = '{digest(pack, form)}'",
        f"UPDATE activities_packfile SET sha384 = '{new}', size = {len(forged)} WHERE form = '{form}'",
    ]


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("UPDATE activities_packfile SET name = 'Another.pdf' WHERE form = 'stylesheet'", ["says: name"]),
        ("UPDATE activities_pack SET summary = 'Another.' WHERE number = 1", ["says: summary"]),
        ("DELETE FROM activities_historicalpackfile WHERE form = 'page'", ["it has no entry in the history"] * 3),
        (
            "UPDATE activities_pack SET number = 3 WHERE number = 2",
            ["is of another version", "its packs are numbered 1, 3: ", "says: number"],
        ),
    ],
)
def test_a_row_that_is_not_what_its_history_says_is_found(world, pack, statement, says):
    frozen_with_page(world, pack.meeting, corrected_why="A return was counted twice.")
    frozen_with_page(world, meeting(world, date(2022, 3, 1), called=date(2022, 2, 2)), summary="Again.")
    past_the_guards(statement)
    faults = verify_packs().faults
    missing = [words for words in says if not any(words in fault for fault in faults)]
    assert (missing, len(faults) >= len(says)) == ([], True)


def test_a_version_that_was_removed_is_found_by_its_number_and_by_its_history(world, pack):
    second = frozen_with_page(world, pack.meeting, corrected_why="A return was counted twice.")
    past_the_guards(
        f"DELETE FROM activities_packfile WHERE pack_id = {pack.id}",
        f"DELETE FROM activities_pack WHERE id = {pack.id}",
    )
    faults = verify_packs().faults
    assert "tnoc-2021-22, Steering Group, 22 February 2022: its packs are numbered 2: " in faults[0]
    assert f"pack {pack.id}: it stands in the history, and its row is gone" in faults
    assert not any(fault.startswith(f"pack {second.id}:") for fault in faults)


def test_two_packs_may_share_a_file_and_each_is_checked(world, pack):
    called = meeting(world, date(2022, 3, 1), called=date(2022, 2, 2))
    second = frozen_with_page(world, called, summary="Again.")
    assert digest(second, "stylesheet") == digest(pack, "stylesheet")
    assert command() == "2 packs with 6 files verified, no fault.\n"


def test_the_guards_refuse_to_change_or_remove_stored_bytes(pack):
    kept = PackContent.objects.get(sha384=digest(pack, "page"))
    kept.content = b"others"
    with pytest.raises(IntegrityError):
        kept.save()


def test_a_later_form_is_checked_like_the_others(world, pack):
    add_pack_file(pack=pack, made=printed_from(pack, PackForm.EXCEL, rendered_on=ON), **told(world, ON))
    assert command() == "1 pack with 4 files verified, no fault.\n"
    past_the_guards(other_bytes("excel", b"PK")(pack))
    assert ["v1.xlsx: its bytes have" in fault for fault in verify_packs().faults] == [True, False]
