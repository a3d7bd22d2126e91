"""The page of one body: what it answers for and supports, its parts, what is due and late, its people."""

from __future__ import annotations

from datetime import date

from activities.reading import Reading
from activities.summaries.bodies import Bodies, finding
from activities.summaries.picture import Picture
from activities.summaries.reporters import Reporter, people_of
from agencies.models import Membership, Person
from tests.generated import half_a_year, on_track, say
from tests.scenes import after
from tests.views.editing import BASE, text_of
from tests.world import PROGRAM, moment
from tnoc_tracker.record.writing import record


def page_of(client, slug: str):
    return client.get(f"{BASE}agencies/{slug}/")


def test_a_body_is_named_in_english_and_in_maori(sign_in):
    page = page_of(sign_in("police-reader"), "police")
    assert '<span lang="mi">Ngā Pirihimana o Aotearoa</span>' in page.content.decode()
    assert "New Zealand Police" in text_of(page)


def test_the_heading_is_the_finding(world, sign_in):
    words = text_of(page_of(sign_in("sfo"), "sfo"))
    assert "SFO answers for 2 activities; 1 is overdue, by 46 days; 2 wait for a report" in words
    half_a_year(world)
    line = Bodies(Picture(world.reading)).line(world.body("RBNZ"))
    assert finding(line) == "RBNZ answers for 1 activity; none is overdue; 1 waits for a report"


def test_what_it_leads_coordinates_supports_contributes_to_and_takes_part_in(sign_in):
    words = text_of(page_of(sign_in("secretariat"), "moj"))
    answers, rest = words.split("Supports No.")
    for title in ("Integrated agenda", "Addressing gaps", "Criminal Proceedings", "Information sharing training"):
        assert title in answers
    supports, contributes = rest.split("Contributes to No.")
    assert "Aligning the Financial Crime" in supports
    assert "Utilising NZ" in contributes
    assert "Takes part in" in text_of(page_of(sign_in("secretariat"), "rbnz"))


def test_its_own_part_stands_with_its_own_status_beside_the_whole(world, sign_in):
    say(world, 11, date(2022, 1, 20), on_track(), by="police", part="Police")
    words = text_of(page_of(sign_in("steering"), "police"))
    assert "Lead financial sector On track own part; whole on track" in words
    assert "Lead border sector Not started own part; whole on track" in text_of(page_of(sign_in("steering"), "customs"))


def test_what_is_late_and_what_is_due_stand_by_date(sign_in):
    page = page_of(sign_in("steering"), "police")
    assert [dated.state for dated in page.context["late"]] == ["not begun, 46 days"]
    dates = [dated.milestone.agreed_due for dated in page.context["coming"]]
    assert dates == [date(2022, 3, 31), date(2022, 6, 30), date(2022, 6, 30)]


def test_its_people_are_named_and_who_may_report(world, sign_in):
    words = text_of(page_of(sign_in("steering"), "police"))
    assert "Police Lead may report Police Reader" in words


def test_people_are_as_they_were_known_then(world):
    police = world.body("Police").id
    membership = Membership.objects.get(person=world.person("police"))
    membership.until = date(2022, 1, 31)
    record(membership, by=PROGRAM.actor, at=moment(date(2022, 1, 10)), reason="Moved on")
    reader = Person.objects.get(username="police-reader")
    reader.is_active = False
    record(reader, by=PROGRAM.actor, at=moment(date(2022, 2, 1)), reason="Left")
    both = [Reporter("Police Lead", True), Reporter("Police Reader", False)]
    assert people_of(Reading.on_day(world.plan, date(2022, 1, 31)), police) == both
    assert people_of(Reading.on_day(world.plan, date(2022, 2, 1)), police) == []
    assert people_of(world.reading, police) == []


def test_a_collective_says_whom_it_stands_for(sign_in):
    client = sign_in("secretariat")
    assert "Stands for 12 agencies" in text_of(page_of(client, "all-agencies"))
    words = text_of(page_of(client, "relevant-agencies"))
    assert "Membership to be set" in words
    assert "Change the members" in words
    assert "Change the members" not in text_of(page_of(sign_in("police"), "relevant-agencies"))


def test_a_body_without_a_role_says_what_would_be_here(world, sign_in):
    line = Bodies(Picture(Reading.on_day(world.plan, date(2021, 6, 1)))).line(world.body("SFO"))
    assert finding(line) == "SFO holds no role in this plan"


def test_update_links_are_for_those_who_may_report(sign_in):
    address = "/plans/tnoc-2021-22/activities/12/update/"
    assert address in page_of(sign_in("police"), "police").content.decode()
    assert address in page_of(sign_in("secretariat"), "police").content.decode()
    for username in ("police-reader", "sfo", "steering"):
        assert address not in page_of(sign_in(username), "police").content.decode()


def test_a_body_that_is_not_there_is_not_found(sign_in):
    assert page_of(sign_in("secretariat"), "nobody").status_code == 404


def test_the_page_as_at_an_earlier_day_offers_no_change(world, sign_in):
    page = sign_in("secretariat").get(f"{BASE}agencies/all-agencies/?as_at=2021-12-31")
    assert page.status_code == 200
    assert "Change the members" not in text_of(page)
    assert "/update/" not in page.content.decode()


@after(half_a_year)
def test_the_page_takes_few_queries(world, sign_in, django_assert_max_num_queries):
    client = sign_in("secretariat")
    page_of(client, "police")
    with django_assert_max_num_queries(12):
        page_of(client, "police")
    with django_assert_max_num_queries(12):
        client.get(f"{BASE}agencies/police/?as_at=2021-12-31")
