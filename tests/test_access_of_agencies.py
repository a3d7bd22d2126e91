"""One’s own agency, and another: who reports on what, proposes, files, comments and takes back.

Who answers for what is typed in from the document; the permissions are written out in plain Python.
"""

from __future__ import annotations

import pytest

from activities.models import Milestone
from tests.access import (
    PLAN,
    clients,
    entries,
    lead_of,
    nothing_is_written,
    people_of_every_agency,
    sent_from,
    signed_in,
    taking_part,
    waiting,
    written_since,
)
from tests.actions.rounds import asked, opened
from tests.deciding import decide, meeting
from tests.played_rounds import PARTS, WHOLE
from tests.scenes import after
from tests.test_access import (
    ADMINISTRATOR,
    OUTSIDER,
    READER,
    SECRETARIAT,
    given,
)
from tests.world import World

# One's own agency, and another --------------------------------------------------------------------------------------

NOBODY_REPORTS = {READER: "Police", "steering": "Steering Group", OUTSIDER: "", ADMINISTRATOR: ""}
QUICK = ([("12", ""), ("7", ""), ("20", ""), ("17", "Police")], ["police", "sfo"])


def everybody() -> dict[str, str]:
    """User names with the body of each: a lead of every agency, and those who report for nobody."""
    return {lead_of(agency): agency for agency in PARTS["17"]} | {SECRETARIAT: "Secretariat"} | NOBODY_REPORTS


def allowed_to(body: str, reports: bool, key: str, part: str, joining: set[str]) -> dict[str, bool]:
    """What somebody of a body may do about an activity or a part, as the table of permissions has it in words."""
    secretariat = body == "Secretariat"
    of_part, of_whole = body == part, body == WHOLE.get(key) or body in PARTS.get(key, ())
    return {
        "update": secretariat or (reports and (of_part if part else of_whole)),
        "propose": secretariat or (reports and of_whole),
        "file": secretariat or (reports and (of_part if part else of_whole)),
        "no-change": secretariat or (reports and (of_part if part else of_whole)),
        "comment": secretariat or body in joining,
    }


def addresses_about(world: World, key: str, part: str) -> dict[str, str]:
    """Where each of that is sent to."""
    at, ret = f"/plans/{PLAN}/activities/{key}/", f"/plans/{PLAN}/returns/{asked(key, part).id}/"
    found = {"update": f"{at}update/", "file": ret, "no-change": f"{ret}no-change/", "comment": f"{ret}comment/"}
    if part:
        found["update"] += f"?part={world.part(key, part).id}"
    milestone = Milestone.objects.filter(activity=world.activity(key)).order_by("position").first()
    return found | ({"propose": f"{at}milestones/{milestone.id}/propose/"} if milestone else {})


def wrong_answers(world: World, some: list[tuple[str, str]], among: list[str]) -> dict[tuple[str, ...], str]:
    """Who is let do something they may not, or is refused what they may."""
    wrong, joining = {}, taking_part()
    for username in among:
        client, body = signed_in(username), everybody()[username]
        for key, part in some:
            allowed = allowed_to(body, username not in NOBODY_REPORTS, key, part, joining[key])
            for what, where in addresses_about(world, key, part).items():
                answer, wanted = given(client.post(where)), "yes" if allowed[what] else "403"
                if answer != wanted:
                    wrong[username, what, key, part] = f"{answer}, not {wanted}"
    return wrong


@after(opened)
def test_only_who_answers_reports_on_it_and_only_who_takes_part_comments(world: World) -> None:
    before = entries()
    assert wrong_answers(world, *QUICK) == {}
    assert written_since(before) == []


@pytest.mark.long
def test_for_every_activity_and_part_only_who_answers_reports_on_it(world: World) -> None:
    people_of_every_agency()
    opened(world)
    every = [(key, "") for key in WHOLE] + [(key, part) for key, parts in PARTS.items() for part in parts]
    before = entries()
    assert wrong_answers(world, every, sorted(everybody())) == {}
    assert written_since(before) == []


def test_a_decision_is_reported_on_by_its_owner_and_by_nobody_else(world: World) -> None:
    owned = decide(world, meeting(world), owner=world.body("SFO"))
    where = f"/plans/{PLAN}/decisions/{owned.id}/report/"
    answers = {role: given(client.post(where)) for role, client in clients("police", "sfo", READER, "steering").items()}
    assert answers == {"police": "403", "sfo": "yes", READER: "403", "steering": "403"}


def test_a_proposal_is_taken_back_by_the_body_that_asked_and_by_no_other_of_the_same_activity(world: World) -> None:
    milestone = world.milestone(17)
    where = f"/plans/{PLAN}/activities/17/milestones/{milestone.id}/"
    assert sent_from(signed_in("police"), f"{where}propose/", day="31/08/2022", reason="Slow").status_code == 302
    with nothing_is_written():
        for username in ("sfo", "corrections"):
            assert sent_from(signed_in(username), f"{where}proposal/take-back/").status_code == 403
    assert sent_from(signed_in("police"), f"{where}proposal/take-back/").status_code == 302
    assert waiting(PLAN).state == "taken_back"
