"""The use cases of people: inviting, renaming, access, administrators, unlocking; memberships; links and passwords."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from axes.models import AccessAttempt

from agencies import lockouts
from agencies.actions.common import Forbidden, Refused, stamp_of_person
from agencies.actions.memberships import add_membership, change_membership
from agencies.actions.passwords import LinkInvalid, change_password, open_link, reset_password, use_link
from agencies.actions.people import edit_person, invite_person, set_administrator, set_may_sign_in, unlock_person
from agencies.models import Invitation, Membership, Person
from agencies.standing import Standing
from tests.world import PASSWORD, World
from tnoc_tracker.record.change import Conflict
from tnoc_tracker.record.clock import machine_now

NEW_PASSWORD = "pōhutukawa by the shore"
SINCE = date(2022, 2, 15)


@pytest.fixture
def act(world: World) -> dict[str, Any]:
    """What every use case here is given: an administrator, now."""
    return {"reason": "They asked for it", "by": world.standing("administrator"), "at": world.now}


def invited(world: World, **given: Any) -> tuple[Person, str]:
    details = {
        "username": "aroha",
        "name": "Aroha Ngata",
        "email": "aroha@example.org",
        "body": world.body("Police"),
        "since": SINCE,
        "reason": "New lead",
        "by": world.standing("administrator"),
        "at": world.now,
        "now": machine_now(),
    }
    return invite_person(**{**details, **given})


def test_an_invited_person_has_an_entry_a_membership_and_no_password(world: World) -> None:
    person, _ = invited(world, may_report=True)
    assert not person.has_usable_password()
    entry = person.history.get()
    assert (entry.actor_name, entry.history_change_reason) == ("Administrator", "New lead")
    membership = person.memberships.get()
    assert (membership.body.short, membership.since, membership.until, membership.may_report) == (
        "Police",
        SINCE,
        None,
        True,
    )
    assert membership.history.get().history_change_reason == "New lead"


def test_only_the_hash_of_a_link_is_kept(world: World) -> None:
    person, token = invited(world)
    kept = Invitation.objects.get(person=person)
    assert token not in (kept.token_hash, str(kept))
    assert len(token) >= 40
    assert len(kept.token_hash) == 64


def test_a_user_name_is_kept_folded_and_is_unique_whatever_its_case(world: World) -> None:
    person, _ = invited(world, username="  Māia.KERERŪ ")
    assert person.username == "māia.kererū"
    with pytest.raises(Refused) as refused:
        invited(world, username="MĀIA.kererū")
    assert "taken" in refused.value.faults["username"]


def test_a_decomposed_macron_finds_the_same_person(world: World) -> None:
    person, _ = invited(world, username="māia")
    assert Person.objects.get_by_natural_key("MA\u0304IA") == person


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"username": ""}, "username"),
        ({"username": "two words"}, "username"),
        ({"username": "x" * 151}, "username"),
        ({"name": " "}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"email": "nonsense"}, "email"),
        ({"reason": " "}, "reason"),
        ({"until": SINCE - timedelta(days=1)}, "until"),
    ],
)
def test_an_invitation_says_what_is_wrong_beside_the_field_and_adds_nobody(
    world: World, given: dict[str, Any], field: str
) -> None:
    before = Person.objects.count()
    with pytest.raises(Refused) as refused:
        invited(world, **given)
    assert field in refused.value.faults
    assert Person.objects.count() == before


def test_a_collective_has_no_people(world: World) -> None:
    with pytest.raises(Refused):
        invited(world, body=world.body("All agencies"))


@pytest.mark.parametrize("username", ["secretariat", "police", "steering"])
def test_people_are_managed_by_administrators_only(world: World, username: str) -> None:
    someone, by = world.person("sfo"), world.standing(username)
    common = {"reason": "Because", "by": by, "at": world.now}
    with pytest.raises(Forbidden):
        invited(world, by=by)
    with pytest.raises(Forbidden):
        edit_person(person=someone, username="x", name="X", email="", **common)
    with pytest.raises(Forbidden):
        set_may_sign_in(person=someone, may_sign_in=False, now=machine_now(), **common)
    with pytest.raises(Forbidden):
        set_administrator(person=someone, administrator=True, **common)
    with pytest.raises(Forbidden):
        unlock_person(person=someone, **common)
    with pytest.raises(Forbidden):
        reset_password(person=someone, now=machine_now(), **common)
    with pytest.raises(Forbidden):
        add_membership(person=someone, body=world.body("DOC"), since=SINCE, **common)
    with pytest.raises(Forbidden):
        change_membership(membership=someone.memberships.get(), since=SINCE, until=None, may_report=True, **common)


def test_renaming_keeps_the_old_name_in_history(world: World, act: dict[str, Any]) -> None:
    changed = edit_person(person=world.person("police"), username="Police2", name="Tama Lead", email="", **act)
    assert (changed.username, changed.name) == ("police2", "Tama Lead")
    newest, first = changed.history.all()
    assert (first.name, newest.name, sorted(newest.changed)) == (
        "Police Lead",
        "Tama Lead",
        ["name", "username"],
    )


def test_a_change_made_from_an_older_state_is_a_conflict(world: World, act: dict[str, Any]) -> None:
    police = world.person("police")
    stamp = stamp_of_person(police.id)
    add_membership(person=police, body=world.body("DOC"), since=SINCE, **act)
    with pytest.raises(Conflict):
        set_may_sign_in(person=police, may_sign_in=False, now=machine_now(), expected=stamp, **act)
    assert world.person("police").is_active


def test_nobody_deactivates_or_demotes_themselves(world: World, act: dict[str, Any]) -> None:
    administrator = world.person("administrator")
    with pytest.raises(Refused):
        set_may_sign_in(person=administrator, may_sign_in=False, now=machine_now(), **act)
    with pytest.raises(Refused):
        set_administrator(person=administrator, administrator=False, **act)
    with pytest.raises(Refused):
        reset_password(person=administrator, now=machine_now(), **act)


def test_the_last_administrator_who_may_sign_in_stays(world: World, act: dict[str, Any]) -> None:
    program = {**act, "by": Standing.program("tests")}
    administrator = world.person("administrator")
    second = set_administrator(person=world.person("police"), administrator=True, **act)
    set_may_sign_in(person=second, may_sign_in=False, now=machine_now(), **act)
    with pytest.raises(Refused, match="last administrator"):
        set_administrator(person=administrator, administrator=False, **program)
    with pytest.raises(Refused, match="last administrator"):
        set_may_sign_in(person=administrator, may_sign_in=False, now=machine_now(), **program)
    set_may_sign_in(person=second, may_sign_in=True, now=machine_now(), **act)
    assert not set_administrator(person=administrator, administrator=False, **program).is_administrator


def test_a_deactivated_person_becomes_no_administrator(world: World, act: dict[str, Any]) -> None:
    sfo = set_may_sign_in(person=world.person("sfo"), may_sign_in=False, now=machine_now(), **act)
    with pytest.raises(Refused):
        set_administrator(person=sfo, administrator=True, **act)


def test_deactivating_cancels_open_links(world: World, act: dict[str, Any]) -> None:
    person, token = invited(world)
    set_may_sign_in(person=person, may_sign_in=False, now=machine_now(), **act)
    with pytest.raises(LinkInvalid):
        open_link(token, machine_now())
    set_may_sign_in(person=person, may_sign_in=True, now=machine_now(), **act)
    with pytest.raises(LinkInvalid):
        open_link(token, machine_now())


def test_unlocking_is_an_entry_though_no_field_changes(world: World, act: dict[str, Any]) -> None:
    AccessAttempt.objects.create(username="police", failures_since_start=3, attempt_time=machine_now())
    assert "police" in lockouts.locked_names(machine_now())
    unlock_person(person=world.person("police"), **act)
    assert lockouts.locked_names(machine_now()) == {}
    newest = world.person("police").history.first()
    assert (newest.changed, newest.history_change_reason, newest.sequence) == ([], "They asked for it", 2)


def test_unlocking_one_name_leaves_the_others_locked(world: World) -> None:
    for name in ("police", "sfo"):
        AccessAttempt.objects.create(username=name, failures_since_start=3, attempt_time=machine_now())
    lockouts.unlock("POLICE")
    lockouts.unlock("")
    assert set(lockouts.locked_names(machine_now())) == {"sfo"}


def test_a_lock_ends_when_enough_of_its_failures_are_a_quarter_of_an_hour_old(world: World) -> None:
    now = machine_now()
    for agent, minutes, count in (("a", 14, 2), ("b", 5, 2), ("c", 20, 9)):
        attempt = AccessAttempt.objects.create(username="sfo", user_agent=agent, failures_since_start=count)
        AccessAttempt.objects.filter(id=attempt.id).update(attempt_time=now - timedelta(minutes=minutes))
    assert lockouts.locked_names(now) == {"sfo": now - timedelta(minutes=14) + timedelta(minutes=15)}


# Memberships ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("since", "until", "clashes"),
    [
        (date(2021, 1, 1), date(2021, 6, 30), False),
        (date(2021, 1, 1), date(2021, 7, 1), True),
        (date(2021, 12, 31), None, True),
        (date(2021, 8, 1), date(2021, 8, 2), True),
        (date(2022, 1, 1), None, False),
        (date(2020, 1, 1), None, True),
    ],
)
def test_memberships_of_one_body_never_overlap(
    world: World, act: dict[str, Any], since: date, until: date | None, clashes: bool
) -> None:
    police = world.person("police")
    change_membership(
        membership=police.memberships.get(), since=date(2021, 7, 1), until=date(2021, 12, 31), may_report=True, **act
    )
    given = {"person": police, "body": world.body("Police"), "since": since, "until": until, **act}
    if clashes:
        with pytest.raises(Refused) as refused:
            add_membership(**given)
        assert "from 1 July 2021 to 31 December 2021" in refused.value.faults["since"]
    else:
        assert add_membership(**given).version == 1
    assert add_membership(**{**given, "body": world.body("DOC")}).version == 1


def test_a_membership_can_be_changed_on_its_own_days(world: World, act: dict[str, Any]) -> None:
    membership = world.person("police").memberships.get()
    changed = change_membership(
        membership=membership, since=membership.since, until=date(2022, 2, 28), may_report=False, **act
    )
    assert (changed.until, changed.may_report, changed.version) == (date(2022, 2, 28), False, 2)
    assert sorted(changed.history.first().changed) == ["may_report", "until"]


def test_a_membership_counts_on_its_first_and_last_day_and_on_no_other(world: World) -> None:
    sfo = world.person("sfo")
    membership = Membership(person=sfo, body=world.body("DOC"), since=date(2022, 2, 1), until=date(2022, 2, 14))
    add_membership(
        person=sfo,
        body=membership.body,
        since=membership.since,
        until=membership.until,
        reason="Secondment",
        by=world.standing("administrator"),
        at=world.now,
    )
    live = {day: world.body("DOC").id in Standing.of(sfo, date(2022, 2, day)).body_ids for day in (1, 14, 15)}
    assert live == {1: True, 14: True, 15: False}
    assert world.body("DOC").id not in Standing.of(sfo, date(2022, 1, 31)).body_ids


# Links and passwords -------------------------------------------------------------------------------------------


def test_a_link_sets_a_password_once(world: World) -> None:
    person, token = invited(world)
    use_link(token=token, password=NEW_PASSWORD, at=world.now, now=machine_now())
    person.refresh_from_db()
    assert person.check_password(NEW_PASSWORD)
    with pytest.raises(LinkInvalid):
        use_link(token=token, password=NEW_PASSWORD + "!", at=world.now, now=machine_now())
    newest = person.history.first()
    assert (newest.actor_name, newest.changed) == ("Aroha Ngata", ["password"])


def test_a_link_works_for_72_hours(world: World) -> None:
    now = machine_now()
    _, token = invited(world, now=now)
    assert open_link(token, now + timedelta(hours=72, seconds=-1))
    for late in (timedelta(hours=72), timedelta(days=30)):
        with pytest.raises(LinkInvalid):
            open_link(token, now + late)


def test_a_newer_link_replaces_an_older_one(world: World, act: dict[str, Any]) -> None:
    person, old = invited(world)
    new = reset_password(person=person, now=machine_now(), **act)
    with pytest.raises(LinkInvalid):
        open_link(old, machine_now())
    assert open_link(new, machine_now()).person == person


@pytest.mark.parametrize("token", ["", "wrong", "ā" * 500, "\0"])
def test_a_wrong_link_opens_nothing(world: World, token: str) -> None:
    with pytest.raises(LinkInvalid):
        open_link(token, machine_now())


def test_a_reset_takes_the_password_away_with_an_entry(world: World, act: dict[str, Any]) -> None:
    reset_password(person=world.person("police"), now=machine_now(), **act)
    police = world.person("police")
    assert not police.check_password(PASSWORD)
    assert not police.has_usable_password()
    assert police.history.first().changed == ["password"]


def test_a_deactivated_person_gets_no_link(world: World, act: dict[str, Any]) -> None:
    sfo = set_may_sign_in(person=world.person("sfo"), may_sign_in=False, now=machine_now(), **act)
    with pytest.raises(Refused):
        reset_password(person=sfo, now=machine_now(), **act)


def test_a_link_lifts_the_lock_of_its_name(world: World) -> None:
    _, token = invited(world)
    AccessAttempt.objects.create(username="aroha", failures_since_start=3, attempt_time=machine_now())
    use_link(token=token, password=NEW_PASSWORD, at=world.now, now=machine_now())
    assert lockouts.locked_names(machine_now()) == {}


@pytest.mark.parametrize(
    "password",
    [
        "short",
        "fifteen letters",
        "Aroha Ngata Aroha",
        "aroha-aroha-2022",
        "Ngata, Aroha: 123 456",
        "manchesterunited",
        "passwordpassword",
        "Password 2022 2022",
        "a" * 30,
        "1234567890123456",
        "abcdefghijklmnopqr",
        "zyxwvutsrqponmlkj",
    ],
)
def test_weak_passwords_are_refused(world: World, password: str) -> None:
    person, token = invited(world)
    with pytest.raises(Refused) as refused:
        use_link(token=token, password=password, at=world.now, now=machine_now())
    assert "new_password" in refused.value.faults
    assert open_link(token, machine_now()).person == person


def test_changing_a_password_is_an_entry_without_its_value(world: World) -> None:
    change_password(person=world.person("police"), password=NEW_PASSWORD, at=world.now, now=machine_now())
    police = world.person("police")
    assert police.check_password(NEW_PASSWORD)
    newest = police.history.first()
    assert (newest.history_change_reason, newest.changed, newest.actor_name) == (
        "Password changed",
        ["password"],
        "Police Lead",
    )
    assert not hasattr(newest, "password")
    values = {str(value) for entry in police.history.values() for value in entry.values()}
    assert not values & {police.password, NEW_PASSWORD}


def test_the_password_one_has_is_no_new_password(world: World) -> None:
    with pytest.raises(Refused):
        change_password(person=world.person("police"), password=PASSWORD, at=world.now, now=machine_now())


def test_a_macron_may_be_typed_in_two_ways(world: World) -> None:
    police = world.person("police")
    assert police.check_password("kereru\u0304 over the harbour")
    assert not police.check_password("kereru over the harbour")
