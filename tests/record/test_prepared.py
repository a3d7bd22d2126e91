"""Questions whose SQL is put together once: the queryset's rows, and a refusal where they could differ."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from json import dumps
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db.models import Exists, F, OuterRef, Q, TextField, Value
from django.db.models.functions import JSONObject
from django.db.transaction import TransactionManagementError

from activities.models import Activity, Milestone
from activities.prepared import asked_of
from activities.reading import Reading
from agencies.models import Body
from tests.world import LOADED, TODAY, moment
from tnoc_tracker.record.models import OnceKey
from tnoc_tracker.record.prepared import Among, Listing, PlacesDiffer, ask

pytestmark = pytest.mark.django_db


def under(activity_id: int, due_until: date, kind: str) -> Any:
    return Milestone.objects.filter(activity_id=activity_id, agreed_due__lte=due_until, kind=kind).order_by("id")


def known(at: datetime | None, key: str) -> Any:
    rows: Any = Activity.objects.filter(key=key)
    return rows.known_at(at) if at else rows


def told(withdrawn: bool, statuses: tuple[str, ...]) -> Any:
    rows = Activity.objects.filter(withdrawn_on__isnull=not withdrawn, status__in=statuses)
    late = Milestone.objects.filter(activity_id=OuterRef("id"), delivered_on=None)
    return rows.annotate(said=JSONObject(key=F("key"), number=Value(7)), open=Exists(late)).order_by("position")


def with_labels(body_id: int) -> Any:
    return Body.objects.filter(id=body_id).values_list("slug", flat=True)


def with_names(body_id: int) -> Any:
    return Body.objects.filter(Q(id=body_id) | Q(id=body_id)).values("id", "name")


def beside_plan(activity_id: int) -> Any:
    return Activity.objects.select_related("plan").filter(id=activity_id)


@pytest.mark.parametrize(("day", "kind"), [(date(2021, 12, 31), "due"), (date(2022, 6, 30), "due"), (TODAY, "start")])
def test_rows_are_those_of_the_queryset_whatever_the_values(world, day, kind):
    for key in (1, 4, 7, 12):
        asked = {"activity_id": world.activity(key).id, "due_until": day, "kind": kind}
        assert ask(under, **asked) == list(under(**asked))


def test_what_comes_out_is_an_instance_that_can_be_recorded(world):
    activity = world.activity(4)
    (found,) = ask(beside_plan, activity_id=activity.id)
    assert (type(found), found.title, found.changed_fields()) == (Activity, activity.title, {})
    found.title = "Another"
    assert set(found.changed_fields()) == {"title"}


def test_rows_beside_are_read_with_it(world, django_assert_num_queries):
    with django_assert_num_queries(1):
        (found,) = ask(beside_plan, activity_id=1)
        assert found.plan.slug == "tnoc-2021-22"


def test_annotations_come_as_the_queryset_gives_them(world):
    asked = {"withdrawn": False, "statuses": ("not_started", "on_track")}
    found, expected = ask(told, **asked), list(told(**asked))
    assert [(each.key, each.said, each.open) for each in found] == [(e.key, e.said, e.open) for e in expected]
    assert found[0].said == {"key": "1", "number": 7}
    assert ask(told, withdrawn=True, statuses=("not_started",)) == []


def test_values_come_as_values_and_as_dictionaries(world):
    police = world.body("Police")
    assert ask(with_labels, body_id=police.id) == [police.slug]
    assert ask(with_names, body_id=police.id) == [{"id": police.id, "name": police.name}]


def test_now_and_a_moment_are_two_questions(world):
    assert ask(known, at=None, key="4") == [world.activity(4)]
    assert [each.key for each in ask(known, at=world.now, key="4")] == ["4"]
    assert ask(known, at=datetime(2021, 6, 1, tzinfo=UTC), key="4") == []


def test_asking_again_puts_nothing_together(world):
    ask(with_labels, body_id=1)
    built: list[int] = []

    def counting(body_id: int) -> Any:
        built.append(body_id)
        return with_labels(body_id)

    for body in Body.objects.all()[:5]:
        assert ask(counting, body_id=body.id) == [body.slug]
    assert len(built) == 2  # once with one sample and once with another


def in_order(key: str, ordered: bool) -> Any:
    rows = Activity.objects.exclude(key=key).values_list("key", flat=True)
    return rows.order_by("position") if ordered else rows.order_by()


def test_of_a_listing_some_rows_are_asked_for_at_a_time(world, settings):
    settings.CHECK_PREPARED = True
    listing, every = Listing(in_order, key="4"), list(in_order("4", ordered=True))
    assert listing.count() == len(every) == 20
    assert (listing[0:5], listing[15:25], listing[30:35]) == (every[:5], every[15:], [])


def some(ids: str) -> Any:
    return Activity.objects.filter(Among(F("id"), Value(ids, output_field=TextField()))).order_by("id")


def test_a_list_of_any_length_has_one_place(world):
    ids = list(Activity.objects.order_by("id").values_list("id", flat=True))
    for wanted in ([], ids[:1], ids[3:9], ids):
        assert [each.id for each in ask(some, ids=dumps(wanted))] == wanted


def spent(key: UUID) -> Any:
    return OnceKey.objects.filter(key=key)


def test_a_key_has_its_place(world):
    keys = [uuid4(), uuid4()]
    for key in keys:
        OnceKey.objects.create(key=key, person=world.person("police"), outcome="/")
    assert [ask(spent, key=key)[0].key for key in keys] == keys
    assert ask(spent, key=uuid4()) == []


def containing(text: str) -> Any:
    return Activity.objects.filter(title__contains=text)


def so_many(count: int) -> Any:
    return Activity.objects.all()[:count]


def a_week_later(day: date) -> Any:
    return Milestone.objects.filter(agreed_due__lte=day + timedelta(days=7))


def of_a_number(number: int) -> Any:
    return Activity.objects.filter(position=number) if number % 2 else Activity.objects.exclude(position=number)


def with_plans(activity_id: int) -> Any:
    return Activity.objects.filter(id=activity_id).prefetch_related("plan")


@pytest.mark.parametrize(
    ("build", "given"),
    [
        (containing, {"text": "framework"}),
        (so_many, {"count": 3}),
        (a_week_later, {"day": TODAY}),
        (of_a_number, {"number": 1}),
        (with_plans, {"activity_id": 1}),
        (with_labels, {"body_id": 1.5}),
    ],
)
def test_what_depends_on_a_value_in_another_way_is_refused_the_first_time(build, given):
    with pytest.raises(PlacesDiffer):
        ask(build, **given)


OUTSIDE = {"kind": "due"}


def of_what_lies_outside(activity_id: int) -> Any:
    return Milestone.objects.filter(activity_id=activity_id, kind=OUTSIDE["kind"])


def test_where_it_is_checked_a_query_that_would_be_another_now_is_refused(world, settings):
    settings.CHECK_PREPARED = True
    ask(of_what_lies_outside, activity_id=1)
    OUTSIDE["kind"] = "start"
    with pytest.raises(PlacesDiffer):
        ask(of_what_lies_outside, activity_id=1)
    OUTSIDE["kind"] = "due"


def locked(activity_id: int) -> Any:
    return Activity.objects.select_for_update().filter(id=activity_id)


@pytest.mark.django_db(transaction=True)
def test_rows_are_locked_in_a_transaction_only(world):
    with pytest.raises(TransactionManagementError):
        ask(locked, activity_id=world.activity(4).id)


def early(reading: Reading) -> Any:
    return reading.activities.filter(due_on__lte=reading.on)


@pytest.mark.parametrize("on", [date(2021, 9, 30), date(2021, 10, 1), TODAY, date(2022, 6, 30), date(2028, 2, 29)])
@pytest.mark.parametrize("past", [False, True])
def test_a_reading_brings_its_day_its_quarter_and_its_moment(world, on, past):
    reading = Reading(world.plan, on, moment(min(on, TODAY)) if past else None)
    found, expected = asked_of(reading, early), list(early(reading))
    assert [(each.id, each.due_state, each.due_on) for each in found] == [
        (each.id, each.due_state, each.due_on) for each in expected
    ]


PLAN = "/plans/tnoc-2021-22/"
PAGES = ("", "overdue/", "timeline/", "activities/", "activities/12/", "activities/17/", "activities/8/?history=all")
PAGES += ("agencies/", "agencies/police/", "my-agency/", "slippage/", "audit/", "compare/", "rounds/", "decisions/")
PRESENT = ("activities/4/update/", "activities/17/update/", "activities/4/milestones/", "activities/4/roles/")


def test_an_update_asks_what_would_be_put_together_now(world, sign_in, settings):
    settings.CHECK_PREPARED = True
    for username, key, part in (("secretariat", 4, ""), ("police", 12, ""), ("police", 17, "Police")):
        client, url = sign_in(username), f"{PLAN}activities/{key}/update/"
        query = f"?part={world.part(key, part).id}" if part else ""
        for words in ("A first step.", "Another step."):
            form = client.get(url + query).context["form"]
            sent = {"stamp": form["stamp"].value(), "once": form["once"].value(), "explanation": "It is near."}
            answer = client.post(url + query, {**sent, "status": "on_track", "what_was_done": words})
            assert answer.status_code == 302, (username, key, answer.context["form"].errors)


@pytest.mark.parametrize("username", ["secretariat", "police"])
def test_every_page_asks_what_would_be_put_together_now(world, sign_in, settings, username):
    settings.CHECK_PREPARED = True
    client = sign_in(username)
    for page in PAGES:
        ats = (LOADED, date(2021, 12, 31), TODAY)
        for at in ("", *(f"as_at={day.isoformat()}" for day in ats)):
            answer = client.get(f"{PLAN}{page}{'&' if '?' in page else '?'}{at}")
            assert answer.status_code in (200, 404), (page, at)
    for page in PRESENT:
        assert client.get(PLAN + page).status_code in (200, 403), page
