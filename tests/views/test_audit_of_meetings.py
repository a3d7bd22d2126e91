"""The audit tells of meetings: what stands on an agenda, what was decided and what became of it, in sentences."""

from __future__ import annotations

from datetime import date

from activities.actions.decisions import change_decision, report_on_decision, settle_decision
from activities.actions.meetings import add_item, call_off_meeting, change_meeting, edit_item, order_agenda, take_off
from activities.actions.milestones import move_date
from activities.actions.roles import assign_role
from activities.audit import Audit, Criteria
from activities.decisions import DecisionState, Move
from activities.models import AgendaItem, Decision, RoleKind
from activities.reading import Reading
from tests.actions.packs import frozen
from tests.actions.rounds import opened, told
from tests.deciding import HELD, decide, decide_date, meeting
from tests.scenes import played_once
from tests.views.editing import BASE, text_of
from tests.world import TODAY, World, moment

held = played_once(meeting)

URL = f"{BASE}audit/"
NOON = moment(TODAY, 12)


def said(world: World, reading: Reading | None = None, **criteria) -> list[str]:
    """What the entries of today changed, in words, the newest first."""
    audit = Audit(reading or world.reading, Criteria(first_day=TODAY, **criteria))
    found = audit.entries(audit.keys, audit.names())
    return [f"{each.what}: {each.changes_in_words}" for each in found]


def test_a_meeting_says_which_round_it_looks_at_and_what_was_changed(world):
    made, held = opened(world), meeting(world)
    same = {"held_on": HELD, "reason": "A larger room", "note": ""}
    change_meeting(meeting=held, round=made, place="Level 10", **same, **told(world, NOON))
    call_off_meeting(meeting=held, reason="Nobody can come.", **told(world, NOON))

    assert said(world, kinds=("meeting",)) == [
        "Meeting of 15 February 2022: Called off on: – → 15 February 2022; Why it was called off: – → Nobody can come.",
        "Meeting of 15 February 2022: Round: – → Q2 FY2021/22; Place: – → Level 10",
        "Meeting of 15 February 2022: Added",
    ]


def test_an_item_says_what_it_is_about_and_where_it_stands(world):
    held = meeting(world, called=date(2022, 2, 14))
    own = add_item(meeting=held, heading="Priorities", text="Five of them", **told(world, NOON))
    about = add_item(
        meeting=held, heading="Banks", activity=world.activity(12), seeks_decision=True, **told(world, NOON)
    )
    edit_item(item=own, heading="Priorities", text="Four of them", seeks_decision=False, **told(world, NOON))
    take_off(item=about, reason="Next time", **told(world, NOON))

    assert set(said(world, kinds=("agenda_item",))) == {
        "Activity 12, agenda of 15 February 2022, “Banks”: Taken off on: – → 15 February 2022",
        "Agenda of 15 February 2022, “Priorities”: Words: Five of them → Four of them",
        "Activity 12, agenda of 15 February 2022, “Banks”: Added; Why it stands there: Added by the Secretariat; "
        "Seeks a decision: yes",
        "Agenda of 15 February 2022, “Priorities”: Added; Why it stands there: Added by the Secretariat; "
        "Words: Five of them",
    }


def test_the_order_of_an_agenda_is_told_by_its_places(world):
    held = meeting(world, called=date(2022, 2, 14))
    first, second = AgendaItem.objects.filter(meeting=held).order_by("position")[:2]
    order_agenda(meeting=held, order=[second.id, first.id], **told(world, NOON))

    changes = {each.rpartition(": ")[0][-19:] + ": " + each.rpartition(": ")[2] for each in said(world)}
    assert changes == {"Place on the agenda: 2 → 1", "Place on the agenda: 1 → 2"}


def test_a_decision_says_who_owns_it_by_when_what_it_allows_and_what_became_of_it(world, held):
    first = decide(world, held)
    decide_date(world, held, to=date(2022, 5, 31))
    change_decision(
        **{"decision": first, "what": "Report on all funding", "owner": world.body("SFO")},
        **{"due_on": first.due_on, "reason": "As minuted", **told(world, NOON)},
    )
    report_on_decision(decision=first, text="It is written.", **told(world, NOON, "sfo"))
    settle_decision(decision=first, state=DecisionState.DONE, outcome="It is out.", **told(world, NOON))

    assert set(said(world, kinds=("decision", "decision_report"))) == {
        "Decision SG 2022-02-15/1: State: Open → Done; What became of it: – → It is out.; "
        "Settled on: – → 15 February 2022; Settled by: – → Secretariat Officer",
        "Report 1 on decision SG 2022-02-15/1: Said by: SFO Lead; Report: It is written.",
        "Decision SG 2022-02-15/1: Number of reports: 0 → 1",
        "Decision SG 2022-02-15/1: What was decided: Report on the funding → Report on all funding; "
        "Owner: Police → SFO",
        "Activity 7, decision SG 2022-02-15/2: What was decided: The date may move; Owner: SFO; "
        "To be done by: 15 March 2022; Allows: Another agreed date; New date: 31 May 2022",
        "Decision SG 2022-02-15/1: What was decided: Report on the funding; Owner: Police; "
        "To be done by: 15 March 2022; Allows: No change of the register",
    }


def test_what_follows_from_a_decision_names_it(world, held):
    date_of_7 = decide_date(world, held, to=date(2022, 5, 31))
    named = {"lead": world.body("MFAT"), "activity": world.activity(9), "what": "MFAT leads"}
    lead = decide(world, held, allows=Move.NAME_LEAD, **named)
    agreed = {"asked_by": "SFO", "agreed_by": "Steering Group", "reason": "Decided", **told(world, NOON)}
    move_date(milestone=world.milestone(7), to=date(2022, 5, 31), decision=date_of_7, **agreed)
    role = {"kind": RoleKind.LEAD, "body": world.body("MFAT"), "reason": "Decided", "decision": lead}
    assign_role(activity=world.activity(9), **role, **told(world, NOON))

    assert set(said(world, kinds=("date_move", "role"))) == {
        "Activity 9, lead role of MFAT: Added; From: 15 February 2022; Decision: SG 2022-02-15/2",
        "Activity 7, date of “Strategy endorsed”: Agreed date: 31 December 2021 → 31 May 2022; Asked by: SFO; "
        "Agreed by: Steering Group; Decision reference: SG 2022-02-15/1",
    }


def test_a_pack_says_its_hash_and_so_do_its_files(world, held):
    pack = frozen(world, held)
    again = frozen(world, held, corrected_why="A wrong total")

    first, second = said(world, kinds=("pack",))  # of one moment: in the order of writing
    assert first == (
        "Pack for 15 February 2022, version 1: Frozen by: Secretariat Officer; Summary: Four activities are late.; "
        f"SHA-384 of the figures: {pack.figures_hash}"
    )
    assert second.startswith("Pack for 15 February 2022, version 2: Frozen by: Secretariat Officer; Reason of the corr")
    files = said(world, kinds=("pack_file",))
    assert len(files) == 6
    name = "Stylesheet (CSS), version 2, for 15 February 2022: Added; File: pack.stylesheet; Bytes: "
    assert files[-1].startswith(name)
    assert files[-1].endswith(again.files.get(form="stylesheet").sha384)


@played_once
def told_of(world: World) -> World:
    """A meeting with an entry of every kind."""
    held = meeting(world)
    about = {"activity": world.activity(12), "owner": world.body("SFO")}
    report_on_decision(decision=decide(world, held, **about), text="Half of it", **told(world, NOON))
    decide(world, held)
    frozen(world, held)
    return world


def test_an_activity_has_its_items_decisions_and_reports(told_of):
    found = said(told_of, activity_id=told_of.activity(12).id)
    assert {each.partition(":")[0] for each in found} == {
        "Activity 12, decision SG 2022-02-15/1",
        "Activity 12, report 1 on decision SG 2022-02-15/1",
    }


def test_a_body_has_the_decisions_it_owns_and_those_on_what_it_answers_for(told_of):
    of_sfo = said(told_of, kinds=("decision",), body_id=told_of.body("SFO").id)
    of_police = said(told_of, kinds=("decision",), body_id=told_of.body("Police").id)
    assert {each[:37] for each in of_sfo} == {"Activity 12, decision SG 2022-02-15/1"}
    assert {each.partition(":")[0] for each in of_police} == {
        "Activity 12, decision SG 2022-02-15/1",
        "Decision SG 2022-02-15/2",
    }
    assert said(told_of, kinds=("decision",), body_id=told_of.body("DOC").id) == []


def test_a_field_finds_it(told_of):
    found = said(told_of, column="owner_id")
    assert found == []
    change_decision(
        **{"decision": Decision.objects.get(number=2), "what": "Another", "owner": told_of.body("DOC")},
        **{"due_on": date(2022, 3, 15), "reason": "As minuted", **told(told_of, NOON)},
    )
    assert [each.partition(":")[0] for each in said(told_of, column="owner_id")] == ["Decision SG 2022-02-15/2"]


def test_as_at_a_day_before_the_meeting_it_is_not_told(told_of):
    before = Reading.on_day(told_of.plan, date(2022, 2, 14))
    assert said(told_of, before) == []


def test_the_page_offers_the_kinds_and_leads_to_their_pages(told_of, sign_in, django_assert_max_num_queries):
    client = sign_in("steering")
    client.get(URL)
    leads_to = {
        "meeting": ("of the kind “Meeting”", "meetings/"),
        "agenda_item": ("of the kind “Item of an agenda”", "meetings/"),
        "decision": ("of the kind “Decision”", "decisions/"),
        "decision_report": ("of the kind “Report on a decision”", "decisions/"),
        "pack": ("of the kind “Pack”", "packs/"),
        "pack_file": ("of the kind “File of a pack”", "packs/"),
    }
    for kind, (words, address) in leads_to.items():
        with django_assert_max_num_queries(12):
            page = client.get(f"{URL}?kind={kind}")
        assert words in text_of(page)
        assert page.context["entries"]
        assert f'<th scope="row"><a href="{BASE}{address}' in page.content.decode()
