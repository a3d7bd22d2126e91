"""Who answers × delivery status: every number is the length of its list, and trouble is on top."""

from __future__ import annotations

from datetime import date

import pytest

from activities.actions.roles import end_role
from activities.models import Role
from activities.reading import Reading
from activities.summaries.matrix import Matrix, MatrixLine, left_out_in_words, matrix, matrix_in_a_sentence
from activities.summaries.picture import Picture
from tests.generated import half_a_year, not_delivered, off_track, say
from tests.scenes import after
from tests.world import TODAY, World


def matrix_of(world: World) -> Matrix:
    return matrix(Picture(world.reading))


def line_of(found: Matrix, label: str) -> MatrixLine:
    return next(line for line in found.lines if line.label == label)


def test_an_activity_stands_with_each_body_that_answers_and_a_collectives_with_its_members(world):
    found = matrix_of(world)
    keys = {line.label: [each.key for each in line.activities] for line in found.lines}
    assert keys["Police"] == ["11", "12", "13", "17"]
    assert keys["SFO"] == ["7", "17"]
    assert keys["Corrections"] == ["17"]
    assert keys["Steering Group"] == ["18"]
    assert keys["Nobody answers"] == ["1", "9", "16"]
    assert "All agencies" not in keys


def test_a_collective_without_members_that_leads_has_a_line_of_its_own(world):
    nobody = world.body("All agencies")
    members = list(world.reading.bodies[nobody.id].members)
    assert members
    picture = Picture(world.reading)
    picture.reading.bodies[nobody.id].members = []
    assert [each.key for each in line_of(matrix(picture), "All agencies").activities] == ["17"]


@after(half_a_year)
def test_every_line_agrees_with_the_question_put_to_the_database(world):
    for reading in (world.reading, Reading.on_day(world.plan, date(2022, 1, 11))):
        for line in matrix(Picture(reading)).bodies:
            found = reading.activities.filter(reading.answered_by(line.body.id))
            assert [each.id for each in line.activities] == [each.id for each in found], line.label


def test_withheld_and_finished_activities_that_nobody_answers_for_are_in_no_line_and_told(world):
    assert matrix_of(world).left_out == 2
    say(world, 9, TODAY, not_delivered())
    found = matrix_of(world)
    assert [each.key for each in line_of(found, "Nobody answers").activities] == ["1", "16"]
    assert found.left_out == 3
    assert left_out_in_words(3) == "3 activities are in no line: nobody is named there, and it is withheld or finished."
    assert left_out_in_words(0) == ""


@after(half_a_year)
def test_what_is_overdue_stands_on_top_then_off_track_at_risk_and_paused(world):
    found = matrix_of(world)
    keys = [
        (line.overdue, *(line.counts[status] for status in ("off_track", "at_risk", "paused"))) for line in found.lines
    ]
    assert keys == sorted(keys, reverse=True)
    assert found.lines[0].label == "Nobody answers"
    assert found.lines[0].overdue == 2


@after(half_a_year)
def test_the_sentence_counts_bodies(world):
    assert matrix_in_a_sentence(matrix_of(world)) == (
        "Of 15 bodies that answer, 2 have something overdue and 2 something off track or at risk; "
        "2 activities have nobody who answers."
    )


@pytest.mark.parametrize("gaps", [0, 1])
def test_the_sentence_reads_well_for_one_and_none(world, gaps):
    sfo = MatrixLine(world.body("SFO"), (world.reading.activities.get(key="12"),))
    lines = (sfo, MatrixLine(None, (world.reading.activities.get(key="1"),)))[: 1 + gaps]
    nobody = "; 1 activity has nobody who answers" if gaps else ""
    assert matrix_in_a_sentence(Matrix(lines, 0)) == (
        f"Of 1 body that answers, none has something overdue and none something off track or at risk{nobody}."
    )
    assert matrix_in_a_sentence(Matrix((), 0)) == "Nobody answers for anything yet."


def test_an_ended_role_answers_for_nothing_any_more(world):
    say(world, 12, TODAY, off_track("One bank has left."), by="police")
    lead = Role.objects.get(activity=world.activity(12), kind="lead")
    end_role(role=lead, reason="Handed over", by=world.standing("secretariat"), at=world.now)
    found = matrix_of(world)
    assert "12" not in [each.key for each in line_of(found, "Police").activities]
    assert "12" in [each.key for each in line_of(found, "Nobody answers").activities]
