"""The rows that a loading writes: bodies, areas, activities with their roles and milestones."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils.text import slugify

from activities.actions.milestones import make_occurrences
from activities.actions.roles import follow_roles
from activities.models import (
    ActionPlan,
    Activity,
    CollectiveMember,
    FocusArea,
    Milestone,
    PlanDocument,
    PriorityArea,
    Role,
)
from activities.plan_document import dumps
from activities.plan_document.prose import Prose
from agencies.actions.bodies import add_body
from agencies.models import Body, BodyKind
from agencies.standing import Standing
from tnoc_tracker.record.days import day_of
from tnoc_tracker.record.models import Tracked
from tnoc_tracker.record.text import fold
from tnoc_tracker.record.writing import record

ALL_AGENCIES = "All agencies"
"""The collective that starts as the agencies named in the plan; every other collective starts empty."""


@dataclass
class Loading:
    """One loading under way: who, when, and in sentences what was added, changed or left to people.

    ``bodies`` are found by any name they ever had, folded.
    """

    exchange: dict[str, Any]
    by: Standing
    at: datetime
    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    bodies: dict[str, Body] = field(default_factory=dict)
    first: bool = True
    plan: ActionPlan = field(init=False)

    @property
    def reason(self) -> str:
        """The reason that every entry of this loading carries."""
        return f"Loaded from {self.exchange['document']['name']}"

    @property
    def stands_from(self) -> date:
        """The day from which what the document says stands: the plan's start, for a later edition its loading."""
        return self.plan.starts_on if self.first else max(self.plan.starts_on, day_of(self.at))

    @property
    def wrote_nothing(self) -> bool:
        """Whether everything was there already."""
        return not (self.added or self.changed)

    def write(self, row: Tracked) -> None:
        """Record one row of this loading."""
        record(row, by=self.by.actor, at=self.at, reason=self.reason)

    def body(self, name: str) -> Body:
        """The body that the document calls by this name."""
        return self.bodies[fold(name)]


def load_bodies(loading: Loading, directory: list[dict[str, Any]]) -> None:
    """Add the bodies that nobody knows yet; those on record stay as people have them."""
    functions = {fold(name): function for function, name in settings.BODY_FUNCTIONS.items()}
    needed = [entry for entry in directory if fold(entry["name"]) in functions]
    known = _bodies_by_name()
    for entry in [*loading.exchange["bodies"], *needed]:
        key = fold(entry["name"])
        if key not in known:
            known[key] = add_body(
                name=entry["name"],
                short=entry["short"] or "",
                name_mi=entry["name_mi"] or "",
                also=entry["also"],
                kind=BodyKind(entry["kind"]),
                function=functions.get(key, ""),
                reason=loading.reason,
                by=loading.by,
                at=loading.at,
            )
            loading.added.append(f"body {entry['name']}")
    loading.bodies = known


def _bodies_by_name() -> dict[str, Body]:
    """Every body by each name it ever had: one that people have renamed is not added a second time."""
    bodies = {body.id: body for body in Body.objects.all()}
    entries = Body.history.model.objects.order_by("history_id").values_list("id", "name")
    known = {fold(name): bodies[body_id] for body_id, name in entries}
    return known | {fold(body.name): body for body in bodies.values()}


def write_document(loading: Loading, edition: int) -> None:
    """Keep the document as loaded, for ever."""
    loading.write(PlanDocument(plan=loading.plan, edition=edition, exchange=dumps(loading.exchange)))


def load_collectives(loading: Loading) -> None:
    """Make the agencies named in the plan the first members of "All agencies", where the plan speaks of them."""
    everybody = loading.bodies.get(fold(ALL_AGENCIES))
    if everybody is None:
        return
    named = [loading.body(entry["name"]) for entry in loading.exchange["bodies"] if entry["kind"] == BodyKind.AGENCY]
    for member in {body.id: body for body in named}.values():
        loading.write(CollectiveMember(plan=loading.plan, collective=everybody, body=member, since=loading.stands_from))


@dataclass
class Areas:
    """The areas of a plan: focus areas by their code, priority areas by the code and their title."""

    focus: dict[str, FocusArea] = field(default_factory=dict)
    priority: dict[tuple[str, str], PriorityArea] = field(default_factory=dict)


def load_structure(loading: Loading) -> Areas:
    """Every area of the plan, the missing ones added; a focus area's title follows the document."""
    areas = Areas()
    present = {area.code: area for area in FocusArea.objects.filter(plan=loading.plan)}
    slugs = {area.slug for area in present.values()}
    for position, entry in enumerate(loading.exchange["focus_areas"], start=1):
        area = present.get(entry["code"])
        if area is None:
            slug = _free_slug(entry["code"], slugs)
            area = FocusArea(plan=loading.plan, position=position, code=entry["code"], slug=slug)
        area.position, area.title = position, entry["title"]
        write_and_say(loading, area, f"focus area {area.code}")
        areas.focus[area.code] = area
    for priority in PriorityArea.objects.filter(focus_area__plan=loading.plan).select_related("focus_area"):
        areas.priority[priority.focus_area.code, priority.title] = priority
    for entry in loading.exchange["priority_areas"]:
        code, title = entry["focus_area"], entry["title"]
        if (code, title) not in areas.priority:
            focus = areas.focus[code]
            position = PriorityArea.objects.filter(focus_area=focus).count() + 1
            priority = PriorityArea(focus_area=focus, position=position, title=title)
            write_and_say(loading, priority, f"priority area {title}")
            areas.priority[code, title] = priority
    return areas


def _free_slug(code: str, taken: set[str]) -> str:
    base = slugify(fold(code))[:70] or "area"
    slug = next(name for n in range(1, len(taken) + 2) if (name := base if n == 1 else f"{base}-{n}") not in taken)
    taken.add(slug)
    return slug


def write_and_say(loading: Loading, row: Tracked, what: str) -> None:
    """Record a row, and note it as added or, with the columns that differ, as changed."""
    new, fields = row._state.adding, row.changed_fields()
    loading.write(row)
    if new:
        loading.added.append(what)
    elif fields:
        names = [name.removesuffix("_id").replace("_", " ") for name in fields]
        loading.changed.append(f"{what}: {', '.join(names)}")


def key_of(number: object, position: int) -> str:
    """An activity's key within its plan: its number as printed, else ``row-<position>``."""
    return str(number) if number is not None else f"row-{position}"


def published_words(row: dict[str, Any]) -> dict[str, Any]:
    """The published columns of an activity, verbatim, and its title and description as read."""
    cells = row["published"]
    return {
        "published_line": cells["line"],
        "published_focus_area": cells["focus_area"],
        "published_priority_area": cells["priority_area"],
        "published_activity": cells["activity"],
        "published_description": cells["description"],
        "published_resourcing": cells["resourcing"],
        "published_timeframe": cells["timeframe"],
        "published_title": row["title"] or "",
        "published_prose": Prose.from_exchange(row["description"]).as_text() if row["description"] else "",
    }


def withheld_words(row: dict[str, Any]) -> dict[str, Any]:
    """What the document withholds of a row: the parts, and whether that leaves no timeframe or nobody named."""
    fields = {part["field"] for part in row["withheld"]}
    return {
        "withheld": row["withheld"],
        "timeframe_withheld": "timeframe" in fields and not row["milestones"],
        "resourcing_withheld": "resourcing" in fields and row["answerable"] == "withheld",
    }


def add_activity(loading: Loading, areas: Areas, row: dict[str, Any], position: int) -> None:
    """Add an activity with its roles, parts and milestones; where the document names nobody, it begins with a gap."""
    published = published_words(row)
    vacant = row["answerable"] in ("to_be_decided", "not_stated")
    activity = Activity(
        plan=loading.plan,
        position=position,
        key=key_of(row["number"], position),
        number="" if row["number"] is None else str(row["number"]),
        focus_area=areas.focus[row["focus_area"]],
        priority_area=areas.priority[row["focus_area"], row["priority_area"]],
        title=published["published_title"],
        description=published["published_prose"],
        answerable=row["answerable"],
        vacant_since=loading.stands_from if vacant else None,
        **withheld_words(row),
        **published,
    )
    held = f"{_count(row['roles'], 'role')}, {_count(row['milestones'], 'milestone')}"
    write_and_say(loading, activity, f"activity {activity} ({held})")
    _add_roles(loading, activity, row)
    _add_milestones(loading, activity, row)
    follow_roles(activity, by=loading.by, at=loading.at, reason=loading.reason)


def _count(rows: list[Any], noun: str) -> str:
    return f"{len(rows)} {noun}" if len(rows) == 1 else f"{len(rows)} {noun}s"


def _add_roles(loading: Loading, activity: Activity, row: dict[str, Any]) -> None:
    for position, entry in enumerate(row["roles"], start=1):
        loading.write(
            Role(
                activity=activity,
                position=position,
                kind=entry["kind"],
                body=loading.body(entry["body"]) if entry["body"] else None,
                as_published=entry["as_published"] or "",
                scope=entry["scope"] or "",
                since=loading.stands_from,
            )
        )


def _add_milestones(loading: Loading, activity: Activity, row: dict[str, Any]) -> None:
    for position, entry in enumerate(row["milestones"], start=1):
        due = date.fromisoformat(entry["due"]) if entry["due"] else None
        milestone = Milestone(
            activity=activity,
            position=position,
            kind=entry["kind"],
            label=entry["label"] or "",
            as_published=entry["as_published"],
            fiscal_year=entry["fiscal_year"] or "",
            quarter=entry["quarter"],
            original_due=due,
            agreed_due=due,
            interval_months=entry["interval_months"],
        )
        loading.write(milestone)
        if milestone.is_series:
            make_occurrences(series=milestone, first=due, upto=loading.plan.ends_on, by=loading.by, at=loading.at)
