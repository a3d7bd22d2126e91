"""Which agencies belong to a collective of a plan."""

from __future__ import annotations

from activities.models import CollectiveMember, Part
from tests.views.editing import BASE, hidden, send, text_of
from tests.world import TODAY

ALL, RELEVANT = f"{BASE}agencies/all-agencies/members/", f"{BASE}agencies/relevant-agencies/members/"


def members(world, label: str) -> set[str]:
    rows = CollectiveMember.objects.filter(collective=world.body(label), ended_on=None).select_related("body")
    return {row.body.label for row in rows}


def test_relevant_agencies_start_empty_and_say_so(sign_in):
    assert "stands for nobody yet: membership to be set" in text_of(sign_in("secretariat").get(RELEVANT))


def test_the_members_are_ticked(world, sign_in):
    form = sign_in("secretariat").get(ALL).context["form"]
    assert len(form["members"].value()) == 12
    labels = [label for _, label in form.fields["members"].choices]
    assert len(labels) == 12
    assert "Police – New Zealand Police" in labels


def test_setting_the_members_is_recorded_with_its_reason(world, sign_in):
    client = sign_in("secretariat")
    chosen = [world.body(label).id for label in ("Police", "Customs")]
    answer = send(client, RELEVANT, members=chosen, reason="Agreed with MOJ")
    assert answer.status_code == 302
    assert members(world, "Relevant agencies") == {"Police", "Customs"}
    entry = CollectiveMember.objects.get(collective=world.body("Relevant agencies"), body=world.body("Police"))
    assert entry.history.get().history_change_reason == "Agreed with MOJ"


def test_parts_follow_where_the_collective_leads(world, sign_in):
    everybody = [member.body_id for member in CollectiveMember.objects.filter(collective=world.body("All agencies"))]
    without = [body_id for body_id in everybody if body_id != world.body("DOC").id]
    send(sign_in("secretariat"), ALL, members=without, reason="DOC has no staff to train")
    assert Part.objects.filter(activity=world.activity(17), withdrawn_on=None).count() == 11
    part = Part.objects.get(activity=world.activity(17), body=world.body("DOC"))
    assert part.withdrawn_on == TODAY


def test_the_same_members_again_write_nothing(world, sign_in):
    client = sign_in("secretariat")
    before = CollectiveMember.history.model.objects.count()
    everybody = [member.body_id for member in CollectiveMember.objects.filter(collective=world.body("All agencies"))]
    assert send(client, ALL, members=everybody, reason="A look").status_code == 302
    assert CollectiveMember.history.model.objects.count() == before


def test_a_governance_body_cannot_belong(world, sign_in):
    answer = send(sign_in("secretariat"), RELEVANT, members=[world.body("Steering Group").id], reason="Why not")
    assert answer.status_code == 422
    assert members(world, "Relevant agencies") == set()


def test_a_change_in_between_is_a_conflict(world, sign_in):
    client = sign_in("secretariat")
    form = hidden(client, RELEVANT)
    send(client, RELEVANT, members=[world.body("Police").id], reason="First")
    said = {"members": [world.body("SFO").id], "reason": "Second"}
    answer = client.post(RELEVANT, {**form, **said})
    assert answer.status_code == 409
    assert "They belong to it now: Police" in text_of(answer)
    again = answer.context["form"]
    assert client.post(RELEVANT, {**said, "stamp": again["stamp"].value()}).status_code == 302
    assert members(world, "Relevant agencies") == {"SFO"}


def test_an_agency_has_no_members(sign_in):
    assert sign_in("secretariat").get(f"{BASE}agencies/police/members/").status_code == 404


def test_others_are_refused(world, sign_in):
    client = sign_in("police")
    assert client.get(RELEVANT).status_code == 403
    assert client.post(RELEVANT, {"members": [world.body("Police").id], "reason": "Mine"}).status_code == 403
    assert members(world, "Relevant agencies") == set()


def test_the_page_takes_few_queries(sign_in, django_assert_max_num_queries):
    client = sign_in("secretariat")
    client.get(ALL)
    with django_assert_max_num_queries(12):
        client.get(ALL)
