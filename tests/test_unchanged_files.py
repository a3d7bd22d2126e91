"""What has not changed is not sent again: lists as files and calendars, answered 304 before anything is read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from activities.actions.words import edit_words
from activities.models import Activity
from agencies.actions.memberships import change_membership
from agencies.actions.visits import mark_as_seen
from agencies.models import Membership
from tests.generated import half_a_year, on_track, say
from tests.scenes import played_once
from tests.test_list_files import LISTS, address, content
from tests.test_positions import a_round_of_q1
from tests.world import TODAY, World, moment
from tnoc_tracker.record.change import Actor
from tnoc_tracker.record.redaction import redact
from tnoc_tracker.record.state import name_of_record

ACTIVITIES = "/plans/tnoc-2021-22/activities.csv"
AFTER_SIGNING_IN = 5
"""Queries before a view begins (session, person, standing), the name of the record, and the session's own stamp."""

SignIn = Callable[[str], Client]


@played_once
def story(world: World) -> World:
    """Half a year of work and a round."""
    half_a_year(world)
    a_round_of_q1(world)
    return world


def tag(client: Client, url: str) -> str:
    """The entity tag of a file that is read to its end."""
    response = client.get(url)
    content(response)
    return response.headers["ETag"]


def again(client: Client, url: str, held: str) -> Any:
    """Ask for a file that one holds."""
    response = client.get(url, headers={"If-None-Match": held})
    if response.streaming:
        content(response)
    return response


def edited(world: World, title: str = "Another title") -> None:
    told: Any = {"by": world.standing("secretariat"), "at": world.now}
    edit_words(activity=world.activity(12), title=title, description="", reason="Clearer", **told)


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
@pytest.mark.parametrize("name", LISTS)
def test_a_list_that_somebody_holds_is_answered_before_anything_is_read(
    story: World, sign_in: SignIn, name: str, ending: str
) -> None:
    client, url = sign_in("steering"), address(name, ending)
    held = tag(client, url)
    with CaptureQueriesContext(connection) as queries:
        response = again(client, url, held)
    assert (response.status_code, response.content, response.headers["ETag"]) == (304, b"", held)
    assert response.headers["Cache-Control"] == "private, no-cache"
    assert len(queries) <= AFTER_SIGNING_IN
    assert client.head(url, headers={"If-None-Match": held}).status_code == 304
    assert again(client, url, f'"other", {held}').status_code == 304
    for other in ('W/"other"', "*", "", '"', held.strip('W/"')):
        assert again(client, url, other).status_code == 200

    edited(story)
    changed = again(client, url, held)
    assert changed.status_code == 200
    assert changed.headers["ETag"] != held


def test_what_is_held_of_another_address_form_or_position_is_sent(story: World, sign_in: SignIn) -> None:
    client = sign_in("steering")
    held = tag(client, ACTIVITIES)
    for url in (ACTIVITIES.replace("csv", "xlsx"), f"{ACTIVITIES}?q=e", f"{ACTIVITIES}?as_at=2022-01-31"):
        assert again(client, url, held).status_code == 200


def test_a_refusal_has_no_tag_and_a_tag_opens_nothing(story: World, sign_in: SignIn) -> None:
    held = tag(sign_in("steering"), ACTIVITIES)
    assert again(Client(), ACTIVITIES, held).status_code == 302
    assert again(sign_in("outsider"), ACTIVITIES, held).status_code == 403
    for url in (f"{ACTIVITIES}?sort=nonsense", "/plans/none/activities.csv"):
        response = again(sign_in("steering"), url, "*")
        assert response.status_code in (404, 422)
        assert "ETag" not in response.headers


def test_nobody_shares_the_tag_of_somebody_else(story: World, sign_in: SignIn) -> None:
    people = ("steering", "secretariat", "police", "police-reader", "sfo")
    assert len({tag(sign_in(username), ACTIVITIES) for username in people}) == len(people)


def test_other_rights_are_another_tag(story: World, sign_in: SignIn) -> None:
    client = sign_in("police")
    held = tag(client, ACTIVITIES)
    membership = Membership.objects.get(person=story.person("police"))
    told: Any = {"by": story.standing("administrator"), "at": story.now}
    change_membership(
        membership=membership, since=membership.since, until=None, may_report=False, reason="Other work", **told
    )
    assert again(client, ACTIVITIES, held).status_code == 200


def test_the_next_day_is_another_tag(story: World, sign_in: SignIn, settings: Any) -> None:
    held = tag(sign_in("steering"), ACTIVITIES)
    settings.TNOC_TODAY = TODAY + timedelta(days=1)
    assert again(sign_in("steering"), ACTIVITIES, held).status_code == 200


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PROTECTIVE_MARKING", "IN-CONFIDENCE"),
        ("CLOSED_DAYS", (date(2022, 4, 19),)),
        ("RETURN_WORKING_DAYS", 12),
        ("ESCALATION_WORKING_DAYS", 12),
        ("SITE_ADDRESS", "https://tracker.example.govt.nz"),
    ],
)
def test_a_setting_of_what_is_printed_is_another_tag(
    story: World, sign_in: SignIn, settings: Any, name: str, value: Any
) -> None:
    held = tag(sign_in("steering"), ACTIVITIES)
    setattr(settings, name, value)
    assert again(sign_in("steering"), ACTIVITIES, held).status_code == 200


@pytest.mark.parametrize("written", ["last-visit", "%20last-visit%20"])
def test_what_one_has_seen_is_part_of_what_is_new_since(story: World, sign_in: SignIn, written: str) -> None:
    client, url = sign_in("steering"), f"/plans/tnoc-2021-22/compare.csv?from={written}"
    mark_as_seen(person_id=story.person("steering").id, at=moment(date(2022, 1, 31)))
    held = tag(client, url)
    assert again(client, url, held).status_code == 304
    mark_as_seen(person_id=story.person("steering").id, at=story.now)
    assert again(client, url, held).status_code == 200


# The record's name -----------------------------------------------------------------------------------------------


def test_every_change_gives_the_record_another_name(story: World) -> None:
    names = [name_of_record()]
    edited(story)
    names.append(name_of_record())
    say(story, 3, TODAY, on_track("All three reports are read."))
    names.append(name_of_record())
    assert len(set(names)) == 3
    assert name_of_record() == names[-1]


def test_an_erasure_gives_the_record_another_name(story: World) -> None:
    edited(story, "A name that should not be here")
    before, entry = name_of_record(), Activity.history.filter(key="12").latest("sequence")
    redact(
        table="activities.historicalactivity",
        entry=entry.history_id,
        field="title",
        reason="A name",
        decision="Privacy officer 2022/1",
        by=Actor("Privacy officer"),
        at=story.now,
    )
    assert name_of_record() != before


def test_a_record_of_as_many_entries_in_the_place_of_another_has_another_name(story: World) -> None:
    def changed_once() -> str:
        with transaction.atomic():
            edited(story)
            name = name_of_record()
            transaction.set_rollback(True)  # as if it was restored from a backup before the change
        return name

    once, restored_and_done_again = changed_once(), changed_once()
    assert once.split("-")[0] == restored_and_done_again.split("-")[0]
    assert once != restored_and_done_again
