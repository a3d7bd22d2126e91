"""The working words of an activity beside the published ones, and whether it is in the plan at all."""

from __future__ import annotations

import pytest

from activities.actions.common import Forbidden, stamp_of
from activities.actions.words import edit_words, reinstate_activity, withdraw_activity
from activities.models import Activity
from tests.actions.helpers import entries_written, nothing_written, refused
from tests.world import PROGRAM
from tnoc_tracker.record.change import Conflict


def edit(world, key=19, *, title=None, description=None, reason="Clearer", who="secretariat", **more) -> Activity:
    activity = world.activity(key)
    return edit_words(
        activity=activity,
        title=activity.title if title is None else title,
        description=activity.description if description is None else description,
        reason=reason,
        by=world.standing(who),
        at=world.now,
        **more,
    )


def test_working_words_change_and_the_published_ones_stay(world):
    before = world.activity(19)
    edit(world, title="Criminal Proceeds (Recovery) Act 2009 amendments")

    after = world.activity(19)
    assert after.title == "Criminal Proceeds (Recovery) Act 2009 amendments"
    assert after.published_title == before.published_title == "Criminal Proceedings (Recovery Act 2009) amendments"
    assert after.published_activity == before.published_activity
    assert (before.words_differ, after.words_differ) == (False, True)


def test_an_edit_is_an_entry_with_its_reason(world):
    edit(world, title="Another title", reason="As the Act is called")

    entry = Activity.history.filter(id=world.activity(19).id).latest()
    assert (entry.history_change_reason, entry.changed) == ("As the Act is called", ["title"])


def test_an_edit_that_changes_nothing_writes_nothing(world):
    before = entries_written()
    edit(world)

    assert entries_written() == before


def test_an_edited_title_is_found_by_a_search_without_macrons(world):
    edit(world, title="Ngā Ture")

    assert "nga ture" in world.activity(19).search_key


def test_a_description_is_edited_as_paragraphs_and_items_whatever_its_line_ends(world):
    edit(world, description="First.\r\n\r\n- One\r\n- Two")

    prose = world.activity(19).prose
    assert (prose.paragraphs, [item.text for item in prose.items]) == (("First.",), ["One", "Two"])


def test_a_title_and_a_reason_are_needed(world):
    with refused("title"):
        edit(world, title="  ")
    with refused("reason"):
        edit(world, title="Another", reason=" ")


@pytest.mark.parametrize("key", [20, "row-21"])
def test_nobody_can_type_withheld_words_in(world, key):
    with refused("title", match="withheld"):
        edit(world, key, title="What I heard")
    with refused("description", match="withheld"):
        edit(world, key, description="What I heard")


def test_a_withheld_item_can_be_neither_filled_nor_taken_out_nor_given_another_ground(world):
    words = world.activity(8).description
    mark = "- [withheld under s 9(2)(f)(iv)]"
    assert mark in words

    for changed in (
        words.replace(mark, "- What I heard"),
        words.replace(f"{mark}\n", ""),
        words.replace(mark, f"{mark}\n{mark}"),
        words.replace("s 9(2)(f)(iv)", "s 9(2)(a)"),
    ):
        with refused("description", match="withheld items"):
            edit(world, 8, description=changed)
    assert edit(world, 8, description=f"Now.\n\n{words}").prose.paragraphs[0] == "Now."


@pytest.mark.parametrize("who", ["police", "steering", "administrator"])
def test_nobody_but_the_secretariat_edits_words(world, who):
    with nothing_written(Forbidden):
        edit(world, title="Another", who=who)


def test_a_stale_form_changes_nothing(world):
    stamp = stamp_of(world.activity(19).id)
    edit(world, title="Hers", expected=stamp)

    with nothing_written(Conflict):
        edit(world, title="His", expected=stamp)
    assert world.activity(19).title == "Hers"


# Withdrawing and reinstating ----------------------------------------------------------------------------------------


def test_a_withdrawn_activity_is_out_of_the_counts_and_not_gone(world):
    withdraw_activity(activity=world.activity(3), reason="Merged into 4", by=PROGRAM, at=world.now)

    assert (world.activity(3).withdrawn_on, world.activity(3).withdrawn_reason) == (world.today, "Merged into 4")
    assert not world.reading.activities.filter(key="3").exists()
    assert world.reading.all_activities.filter(key="3").exists()


def test_a_withdrawal_needs_a_reason_and_happens_once(world):
    with refused("reason"):
        withdraw_activity(activity=world.activity(3), reason="", by=PROGRAM, at=world.now)
    withdraw_activity(activity=world.activity(3), reason="Merged", by=PROGRAM, at=world.now)
    with refused("", match="withdrawn already"):
        withdraw_activity(activity=world.activity(3), reason="Again", by=PROGRAM, at=world.now)


def test_a_reinstated_activity_is_as_it_was(world):
    with refused("", match="not withdrawn"):
        reinstate_activity(activity=world.activity(3), reason="?", by=PROGRAM, at=world.now)
    withdraw_activity(activity=world.activity(3), reason="Merged", by=PROGRAM, at=world.now)
    with refused("reason"):
        reinstate_activity(activity=world.activity(3), reason=" ", by=PROGRAM, at=world.now)
    back = reinstate_activity(activity=world.activity(3), reason="Not merged after all", by=PROGRAM, at=world.now)

    assert (back.withdrawn_on, back.withdrawn_reason, back.version) == (None, "", 3)
    assert world.reading.activities.filter(key="3").exists()


@pytest.mark.parametrize("act", [withdraw_activity, reinstate_activity])
def test_nobody_but_the_secretariat_withdraws_or_reinstates(world, act):
    with nothing_written(Forbidden):
        act(activity=world.activity(12), reason="?", by=world.standing("police"), at=world.now)
