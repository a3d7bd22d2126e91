"""An agenda and what is on its way to it: asks that are not accepted yet, and what earlier meetings had before them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from activities.actions.decisions import settle_decision
from activities.actions.meetings import bring_in, call_off_meeting, take_off
from activities.actions.reports import Report
from activities.actions.returns import accept_return, correct_return, send_back
from activities.actions.words import withdraw_activity
from activities.decisions import AgendaKind, DecisionState
from activities.models import AgendaItem, Decision, Filing, StatusUpdate
from activities.reading import Reading
from activities.summaries.agenda import suggested
from tests.actions.rounds import asked, filed, opened, told
from tests.deciding import decide, meeting
from tests.generated import off_track, paused, say
from tests.scenes import after, played_once
from tests.test_agenda import DAY, found, keys, proposed
from tests.world import TODAY, World

# Asks that are filed and not accepted ------------------------------------------------------------------------------

FILED = date(2022, 2, 3)
WAITS = " Filed on 3 February 2022, not accepted yet."


@played_once
def strategy(world: World) -> Filing:
    """What SFO files for the strategy, with an ask."""
    opened(world)
    said = off_track("The strategy waits.", "Decide who signs it.")
    return filed(world, 7, said, by="sfo", on=FILED)


def texts(world: World, on: date = TODAY) -> list[str]:
    return [each.text for each in found(world, AgendaKind.ASK, on)]


def accept(world: World, key: int = 7, on: date = DAY) -> StatusUpdate:
    return accept_return(ret=asked(key), **told(world, on))


def test_an_ask_in_a_return_is_suggested_before_it_is_accepted_and_says_so(world, strategy):
    (ask,) = found(world, AgendaKind.ASK)

    assert (ask.source, ask.text) == (f"ask:filing-{strategy.id}", "Decide who signs it." + WAITS)
    assert (ask.heading, ask.seeks_decision) == (str(world.activity(7)), True)
    assert world.activity(7).id not in {each.activity_id for each in found(world, AgendaKind.LATE)}

    update = accept(world, on=TODAY)
    assert [(each.source, each.text) for each in found(world, AgendaKind.ASK)] == [
        (f"ask:update-{update.id}", "Decide who signs it.")
    ]


@after(opened)
def test_a_part_asks_in_its_return(world):
    filing = filed(world, 11, off_track("No banks.", "Write to the banks"), body="Police", on=FILED)
    (ask,) = found(world, AgendaKind.ASK)

    assert (ask.source, ask.text) == (f"ask:filing-{filing.id}", "Write to the banks." + WAITS)
    assert ask.part_id == world.part(11, "Police").id
    assert ask.heading.endswith("(Police – financial sector)")


def test_what_was_sent_back_or_is_not_asked_for_any_more_asks_nothing(world, strategy):
    send_back(ret=asked(7), answer="Whom do you ask?", **told(world, TODAY))
    assert texts(world) == []


def test_the_words_of_the_accepted_ask_are_not_suggested_twice(world, strategy):
    say(world, 7, DAY, off_track("It waits.", "Decide who signs it."), by="sfo")

    assert texts(world) == ["Decide who signs it."]


def test_a_filing_that_was_overtaken_by_a_report_asks_nothing(world, strategy):
    say(world, 7, TODAY, off_track("It waits on.", "Sign it."), by="sfo")

    assert texts(world) == ["Sign it."]


def test_a_return_on_something_finished_or_withdrawn_asks_nothing(world, strategy):
    withdraw_activity(activity=world.activity(7), reason="Merged", by=world.standing("secretariat"), at=world.now)

    assert texts(world) == []


# Put before the group already --------------------------------------------------------------------------------------

EARLIER, NEXT = date(2022, 2, 8), date(2022, 3, 15)
UNDECIDED = " Put before the group on 8 February 2022, without a decision."


def put(world: World, source: str, *, called: date = EARLIER, held_on: date = EARLIER) -> AgendaItem:
    """The item of a meeting that was made from something."""
    return meeting(world, held_on, called).items.get(source__startswith=source)


def decided(world: World, item: AgendaItem, **said: Any) -> Decision:
    return decide(world, item.meeting, item=item, **said)


def settled(world: World, decision: Decision) -> None:
    settle_decision(decision=decision, state=DecisionState.DONE, outcome="Done", **told(world, TODAY))


def asking(world: World) -> None:
    say(world, 7, DAY, off_track("The strategy waits.", "Decide who signs it"), by="sfo")


@after(asking)
def test_an_ask_that_was_decided_does_not_come_back_and_its_activity_is_late_again(world):
    decision = decided(world, put(world, "ask:"))
    assert texts(world) == []
    assert "7" in keys(world, found(world, AgendaKind.LATE))
    settled(world, decision)
    assert texts(world) == []

    say(world, 7, TODAY, off_track("It waits on.", "Sign it."), by="sfo")
    assert texts(world) == ["Sign it."]


@after(asking)
def test_an_ask_that_was_put_before_the_group_without_a_decision_comes_back_and_says_so(world):
    put(world, "ask:")

    assert texts(world) == ["Decide who signs it." + UNDECIDED]
    assert texts(world, EARLIER) == ["Decide who signs it"]  # on the day itself nobody knows what will be decided


@after(asking)
def test_what_was_taken_off_or_called_off_was_not_put_before_the_group(world):
    take_off(item=put(world, "ask:"), reason="By mail", **told(world, EARLIER))
    off = put(world, "ask:", called=EARLIER, held_on=date(2022, 2, 9)).meeting
    call_off_meeting(meeting=off, reason="Nobody can come", **told(world, EARLIER))

    assert texts(world) == ["Decide who signs it"]


@after(asking)
def test_a_decision_beside_the_agenda_answers_no_ask(world):
    decide(world, put(world, "ask:").meeting)

    assert texts(world) == ["Decide who signs it." + UNDECIDED]


@after(asking)
def test_only_meetings_before_that_one_count(world):
    item = put(world, "ask:")
    decided(world, item)

    for held_on, wanted in ((item.meeting.held_on, 1), (NEXT, 0)):
        asks = [each for each in suggested(world.reading, held_on) if each.kind == AgendaKind.ASK]
        assert len(asks) == wanted, held_on
    assert bring_in(meeting=item.meeting, **told(world, TODAY)) == []
    assert not meeting(world, NEXT, TODAY).items.filter(kind=AgendaKind.ASK).exists()


def a_gap(world: World) -> str:
    return f"gap:activity-{world.activity(9).id}:"


def a_collective(world: World) -> str:
    return "collective:"


def a_date(world: World) -> str:
    proposed(world, 7, date(2022, 6, 30), by="sfo")
    return "date:"


def a_pause(world: World) -> str:
    say(world, 18, date(2022, 1, 10), paused("SG 2022/1", date(2022, 3, 31)))
    return "review:"


@pytest.mark.parametrize("made", [a_gap, a_collective, a_date, a_pause])
def test_what_a_decision_is_open_on_waits_until_that_is_settled(world, made):
    source = made(world)
    item = put(world, source)

    def again() -> list[str]:
        return [each.text for each in suggested(world.reading) if each.source.startswith(source)]

    (text,) = again()
    assert text.endswith("." + UNDECIDED)
    decision = decided(world, item)
    assert again() == []
    settled(world, decision)
    assert again() == [text.removesuffix(UNDECIDED)]


def test_what_is_only_told_is_told_again(world):
    source = f"late:activity-{world.activity(7).id}"
    decided(world, put(world, source))

    (late,) = [each for each in suggested(world.reading) if each.source == source]
    assert "Put before" not in late.text


def test_an_ask_keeps_its_past_when_its_return_is_accepted(world, strategy):
    item = put(world, "ask:filing-")
    accept(world, on=date(2022, 2, 9))
    assert texts(world) == ["Decide who signs it." + UNDECIDED]

    decided(world, item)
    assert texts(world) == []


def test_a_corrected_ask_keeps_its_past_too(world, strategy):
    item = put(world, "ask:filing-")
    said = Report(off_track("The strategy waits.", "Decide by March who signs it."))
    correct_return(ret=asked(7), report=said, reason="A day is needed.", **told(world, date(2022, 2, 9)))
    assert texts(world) == ["Decide by March who signs it." + UNDECIDED]

    decided(world, item)
    assert texts(world) == []


def test_an_ask_that_stands_on_the_agenda_as_filed_is_not_brought_in_again_as_accepted(world, strategy):
    item = put(world, "ask:filing-", called=EARLIER, held_on=NEXT)
    accept(world, on=date(2022, 2, 9))

    assert [each for each in bring_in(meeting=item.meeting, **told(world, TODAY)) if each.kind == AgendaKind.ASK] == []
    other = meeting(world, date(2022, 4, 12), TODAY)
    assert other.items.get(kind=AgendaKind.ASK).source.startswith("ask:update-")


@after(asking)
def test_a_past_position_knows_what_was_put_and_decided_by_then(world):
    decision = decided(world, put(world, "ask:"), on=date(2022, 2, 10))
    settled(world, decision)

    def on_day(day: date) -> list[str]:
        return [each.text for each in suggested(Reading.on_day(world.plan, day)) if each.kind == AgendaKind.ASK]

    assert on_day(date(2022, 2, 7)) == ["Decide who signs it"]
    assert on_day(date(2022, 2, 9)) == ["Decide who signs it." + UNDECIDED]
    assert on_day(date(2022, 2, 10)) == []


def test_a_past_position_knows_what_was_filed_and_waited_then(world, strategy):
    accept(world, on=TODAY)

    before = suggested(Reading.on_day(world.plan, EARLIER))
    assert [each.text for each in before if each.kind == AgendaKind.ASK] == ["Decide who signs it." + WAITS]
