"""Loading a plan from its exchange JSON, through the same door as everybody: every row has its first entry.

Loading a later edition adds what is new and brings the published words in line, and the working ones where
nobody has changed them; roles and dates are people's from the first day, and what differs there is said.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final

from activities.actions.common import Refused, require
from activities.actions.loading_rows import (
    Areas,
    Loading,
    add_activity,
    key_of,
    load_bodies,
    load_collectives,
    load_structure,
    published_words,
    withheld_words,
    write_and_say,
    write_document,
)
from activities.actions.rounds import hold_activities
from activities.models import ActionPlan, Activity, CollectiveMember, PlanDocument
from activities.plan_document import dumps, validate
from agencies.models import Body, BodyKind
from agencies.standing import Standing
from tnoc_tracker.record.days import day_of, long_date
from tnoc_tracker.record.writing import whole

LONGEST_SLUG: Final = 50
LONGEST_PLAN: Final = 50
"""Years. Occurrences of recurring milestones are made up to the plan's end, so it has one in sight."""
YEARS: Final = range(1900, 2200)
"""The calendar years in which a plan's dates may lie."""


@whole()
def load_plan(
    *, exchange: dict[str, Any], directory: list[dict[str, Any]] | None = None, by: Standing, at: datetime
) -> Loading:
    """Load a plan, or a later edition of its document, and say what that added, changed and left alone.

    ``directory`` are the entries of the directory of bodies: the Secretariat and the Steering Group are taken
    from it where the document does not name them. An exported ``position`` is left aside. Raises ``Refused``
    for an exchange that is not one, or for a moment before the plan's bodies were known.
    """
    require(by, "edit_register")
    faults = validate(exchange) or _beyond_the_register(exchange)
    if faults:
        raise Refused({"": "\n".join(faults)})
    loading = Loading({key: value for key, value in exchange.items() if key != "position"}, by, at)
    load_bodies(loading, directory or [])
    plan = ActionPlan.objects.select_for_update(no_key=True).filter(slug=exchange["plan"]["slug"]).first()
    if plan is None:
        _load_new(loading)
    else:
        loading.plan, loading.first = plan, False
        hold_activities(plan.id)
        _load_edition(loading)
    return loading


def _beyond_the_register(exchange: dict[str, Any]) -> list[str]:
    """What is an exchange and yet no plan that anybody has: a sentence for each."""
    faults = []
    slug, (first, last) = exchange["plan"]["slug"], map(date.fromisoformat, exchange["plan"]["period"])
    if len(slug) > LONGEST_SLUG:
        faults.append(f"The slug has {len(slug)} characters; an address has room for {LONGEST_SLUG}.")
    if last.year - first.year > LONGEST_PLAN:
        faults.append(f"The plan runs for {last.year - first.year} years; the register holds {LONGEST_PLAN} at most.")
    dues = [entry["due"] for row in exchange["activities"] for entry in row["milestones"] if entry["due"]]
    for day in [first, last, *map(date.fromisoformat, dues)]:
        if day.year not in YEARS:
            faults.append(f"{day.isoformat()} lies outside the years {YEARS[0]} to {YEARS[-1]}.")
    return faults


def _load_new(loading: Loading) -> None:
    _require_known_bodies(loading)
    loading.plan = ActionPlan(slug=loading.exchange["plan"]["slug"], **_plan_words(loading))
    loading.write(loading.plan)
    loading.added.append(f"plan {loading.plan.slug}: {loading.plan.title}")
    write_document(loading, edition=1)
    load_collectives(loading)
    areas = load_structure(loading)
    for position, row in enumerate(loading.exchange["activities"], start=1):
        add_activity(loading, areas, row, position)


def _require_known_bodies(loading: Loading) -> None:
    """A plan cannot count from before its bodies were known: its past would name nobody."""
    ids = {loading.body(entry["name"]).id for entry in loading.exchange["bodies"]}
    entries = Body.history.model.objects.filter(id__in=ids, sequence=1, history_date__gt=loading.at)
    latest = entries.order_by("-history_date").first()
    if latest is not None:
        known = long_date(day_of(latest.history_date))
        raise Refused({"": f"{latest} is on record from {known} only; the plan cannot count from before that."})


def _plan_words(loading: Loading) -> dict[str, Any]:
    words = loading.exchange["plan"]
    return {
        "title": words["title"],
        "starts_on": date.fromisoformat(words["period"][0]),
        "ends_on": date.fromisoformat(words["period"][1]),
        "fiscal_year_starts_in": words["fiscal_year_starts_in"],
    }


def _load_edition(loading: Loading) -> None:
    """A plan that is there already: add new rows, bring published words in line, leave people's work alone."""
    latest = PlanDocument.objects.filter(plan=loading.plan).order_by("-edition").first()
    if latest is not None and latest.exchange == dumps(loading.exchange):
        return
    for name, value in _plan_words(loading).items():
        setattr(loading.plan, name, value)
    write_and_say(loading, loading.plan, f"plan {loading.plan.slug}")
    _leave_collectives(loading)
    areas = load_structure(loading)
    present = list(Activity.objects.filter(plan=loading.plan).order_by("position"))
    last = max((activity.position for activity in present), default=0)
    for position, row in enumerate(loading.exchange["activities"], start=1):
        activity = _take_match(present, row, position)
        if activity is None:
            last += 1
            add_activity(loading, areas, row, last)
        else:
            _bring_in_line(loading, areas, activity, row)
    for activity in present:
        loading.left.append(f"activity {activity} is not in this document: withdraw it in the browser if it ended")
    edition = (latest.edition if latest else 0) + 1
    write_document(loading, edition)
    loading.added.append(f"edition {edition} of the document")


def _leave_collectives(loading: Loading) -> None:
    """Who belongs to a collective is people's from the first day: an agency new to the plan is named to them."""
    present = CollectiveMember.objects.filter(plan=loading.plan, ended_on=None)
    ids = set(present.values_list("body_id", flat=True))
    agencies = [entry["name"] for entry in loading.exchange["bodies"] if entry["kind"] == BodyKind.AGENCY]
    for name in agencies:
        if ids and loading.body(name).id not in ids:
            loading.left.append(f"{name} is new and in no collective: add it in the browser if it belongs to one")


def _take_match(present: list[Activity], row: dict[str, Any], position: int) -> Activity | None:
    """Take out the activity that a row of a later edition is about; None where the row is new.

    A row keeps its number. One without a number is recognised by its cells, since its place may have moved.
    """
    key = key_of(row["number"], position)
    found = [activity for activity in present if activity.key == key]
    if row["number"] is None:
        cells = {name: value for name, value in published_words(row).items() if name != "published_line"}
        unnumbered = [activity for activity in present if not activity.number]
        found = [each for each in unnumbered if all(getattr(each, name) == cells[name] for name in cells)] or found
    if found:
        present.remove(found[0])
    return found[0] if found else None


def _bring_in_line(loading: Loading, areas: Areas, activity: Activity, row: dict[str, Any]) -> None:
    """Published words, places and withheld parts follow the document; working words where nobody changed them."""
    published = published_words(row)
    for working, source in (("title", "published_title"), ("description", "published_prose")):
        if getattr(activity, working) == getattr(activity, source) or row[working] is None:
            setattr(activity, working, published[source])
        elif getattr(activity, source) != published[source]:
            loading.left.append(f"activity {activity}: the working {working} was changed by people and stays")
    for column in ("resourcing", "timeframe"):
        if getattr(activity, f"published_{column}") != published[f"published_{column}"]:
            loading.left.append(f"activity {activity}: {column} differs; change roles or dates in the browser")
    activity.focus_area_id = areas.focus[row["focus_area"]].id
    activity.priority_area_id = areas.priority[row["focus_area"], row["priority_area"]].id
    for name, value in {**published, **withheld_words(row)}.items():
        setattr(activity, name, value)
    write_and_say(loading, activity, f"activity {activity}")
