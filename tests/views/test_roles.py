"""Roles of an activity: naming a body, ending a role, and the gap that opens or closes."""

from __future__ import annotations

import pytest

from activities.actions.roles import assign_role
from activities.actions.status import update_status
from activities.answering import cast_of
from activities.models import Part, Role
from activities.statuses import DeliveryStatus
from activities.workflow import Statement
from tests.views.editing import address, hidden, send, text_of
from tests.world import TODAY


def roles_url(key: int | str) -> str:
    return address(key, "roles/")


def role_of(world, key: int, kind: str, label: str) -> Role:
    return Role.objects.get(activity=world.activity(key), kind=kind, body=world.body(label), ended_on=None)


def test_the_roles_stand_with_their_exact_kind(sign_in):
    words = text_of(sign_in("secretariat").get(roles_url(12)))
    assert "Answered for by Police" in words
    assert "Lead Police" in words
    assert "Support FMA" in words


def test_a_gap_is_the_finding_of_the_page(sign_in):
    words = text_of(sign_in("secretariat").get(roles_url(9)))
    assert "Lead to be decided – 229 days" in words
    assert "Naming a lead or a coordinator closes the gap" in words


def test_naming_a_lead_closes_the_gap_and_says_so(world, sign_in):
    client = sign_in("secretariat")
    answer = send(
        client, roles_url(9), kind="lead", body=world.body("MOJ").id, scope="", reason="Steering Group, item 4"
    )
    assert answer.status_code == 302
    words = text_of(client.get(answer["Location"]))
    assert "Ministry of Justice is named: lead." in words
    assert "The gap is closed: “Lead to be decided – 229 days” no longer stands." in words
    assert world.activity(9).vacant_since is None
    assert cast_of(world.reading, world.activity(9).id).answering_in_words == "MOJ"


def test_naming_a_supporter_leaves_the_gap_open(world, sign_in):
    client = sign_in("secretariat")
    answer = send(client, roles_url(9), kind="support", body=world.body("DIA").id, scope="", reason="They offered")
    assert "The gap is closed" not in text_of(client.get(answer["Location"]))
    assert world.activity(9).vacant_since is not None


def test_ending_the_only_lead_opens_a_gap_from_today_and_warns_before(world, sign_in):
    client = sign_in("secretariat")
    url = roles_url(12) + f"{role_of(world, 12, 'lead', 'Police').id}/end/"
    assert "the activity will have a gap from today" in text_of(client.get(url))
    answer = send(client, url, reason="Moved to another agency")
    assert "Nobody answers for this activity any more." in text_of(client.get(answer["Location"]))
    assert world.activity(12).vacant_since == TODAY


def test_ending_a_supporting_role_opens_no_gap(world, sign_in):
    client = sign_in("secretariat")
    url = roles_url(12) + f"{role_of(world, 12, 'support', 'FMA').id}/end/"
    assert "gap from today" not in text_of(client.get(url))
    send(client, url, reason="No longer needed")
    assert world.activity(12).vacant_since is None
    assert Role.objects.get(activity=world.activity(12), body=world.body("FMA")).ended_on == TODAY


def test_the_gap_of_a_plan_loaded_later_counts_from_the_plans_start(world):
    assert world.activity(16).vacant_since == world.plan.starts_on


def test_a_lead_with_a_scope_gets_a_part_of_its_own(world, sign_in):
    send(
        sign_in("secretariat"),
        roles_url(11),
        kind="lead",
        body=world.body("IRD").id,
        scope="tax advisers",
        reason="Added by the Steering Group",
    )
    assert world.part(11, "IRD").scope == "tax advisers"


def test_a_scope_belongs_to_a_lead_only(world, sign_in):
    answer = send(
        sign_in("secretariat"), roles_url(11), kind="support", body=world.body("IRD").id, scope="tax", reason="Why not"
    )
    assert answer.status_code == 422
    assert "Only a lead has a scope" in text_of(answer)


def test_the_same_role_twice_is_refused_beside_the_field(world, sign_in):
    answer = send(sign_in("secretariat"), roles_url(12), kind="lead", body=world.body("Police").id, reason="Again")
    assert answer.status_code == 422
    assert answer.context["form"].errors["body"] == ["New Zealand Police has this role already."]


def test_a_withheld_role_can_be_neither_named_nor_ended(world, sign_in):
    client = sign_in("secretariat")
    answer = send(client, roles_url(20), kind="withheld", body=world.body("Police").id, reason="I know it")
    assert answer.status_code == 422
    withheld = Role.objects.get(activity=world.activity(20))
    answer = send(client, roles_url(20) + f"{withheld.id}/end/", reason="I know it")
    assert answer.status_code == 422
    assert "cannot be changed" in text_of(answer)


def test_a_body_that_leads_beside_a_collective_has_one_part(world):
    assign_role(
        activity=world.activity(17),
        kind="lead",
        body=world.body("Police"),
        reason="They lead the training",
        by=world.standing("secretariat"),
        at=world.now,
    )
    assert Part.objects.filter(activity=world.activity(17), body=world.body("Police"), withdrawn_on=None).count() == 1


def test_the_word_for_the_whole_stands_when_parts_come_and_go(world, sign_in):
    update_status(
        activity=world.activity(11),
        statement=Statement(DeliveryStatus.ON_TRACK, what_was_done="All three began"),
        by=world.standing("secretariat"),
        at=world.now,
    )
    client = sign_in("secretariat")
    send(client, roles_url(11) + f"{role_of(world, 11, 'lead', 'MBIE').id}/end/", reason="Merged")
    assert world.activity(11).status == DeliveryStatus.ON_TRACK


def test_the_whole_follows_its_live_parts_once_a_part_has_spoken(world, sign_in):
    update_status(
        activity=world.activity(11),
        part=world.part(11, "MBIE"),
        statement=Statement(DeliveryStatus.AT_RISK, reason="No staff", path_to_green="Two people in March"),
        by=world.standing("secretariat"),
        at=world.now,
    )
    assert world.activity(11).status == DeliveryStatus.AT_RISK
    client = sign_in("secretariat")
    send(client, roles_url(11) + f"{role_of(world, 11, 'lead', 'MBIE').id}/end/", reason="Merged")
    assert world.activity(11).status == DeliveryStatus.NOT_STARTED


def test_a_change_in_between_is_a_conflict_with_everything_typed_kept(world, sign_in):
    client = sign_in("secretariat")
    form = hidden(client, roles_url(9))
    send(client, roles_url(9), kind="lead", body=world.body("MOJ").id, reason="First")
    said = {"kind": "lead", "body": world.body("MFAT").id, "reason": "Second", "scope": "the questionnaire"}
    answer = client.post(roles_url(9), {**form, **said})
    assert answer.status_code == 409
    words = text_of(answer)
    assert "lead role of MOJ" in words
    assert answer.context["form"]["scope"].value() == "the questionnaire"
    again = answer.context["form"]
    assert client.post(roles_url(9), {**said, "stamp": again["stamp"].value()}).status_code == 302


@pytest.mark.parametrize("username", ["police", "steering"])
def test_others_are_refused(world, sign_in, username):
    client = sign_in(username)
    role = role_of(world, 12, "lead", "Police")
    assert client.get(roles_url(12)).status_code == 403
    assert client.post(roles_url(12), {"kind": "lead"}).status_code == 403
    assert client.post(roles_url(12) + f"{role.id}/end/", {"reason": "Mine"}).status_code == 403
    assert Role.objects.get(id=role.id).ended_on is None


def test_a_role_of_another_activity_is_not_found(world, sign_in):
    role = role_of(world, 12, "lead", "Police")
    assert sign_in("secretariat").get(roles_url(13) + f"{role.id}/end/").status_code == 404


@pytest.mark.parametrize("key", [11, 17])
def test_the_page_takes_few_queries(sign_in, django_assert_max_num_queries, key):
    client = sign_in("secretariat")
    client.get(roles_url(key))
    with django_assert_max_num_queries(12):
        client.get(roles_url(key))
