"""Plans in a state, for tests that count: half a year of progress, and as many more activities as are wanted.

Everything is made through the use cases or ``record``, so that every row has its entry.
"""

from __future__ import annotations

from datetime import date, timedelta

from activities.actions.milestones import move_date
from activities.actions.roles import follow_roles
from activities.actions.status import update_status
from activities.models import ActionPlan, Activity, Milestone, PriorityArea, Role
from activities.statuses import DeliveryStatus
from activities.workflow import Statement
from agencies.models import Body
from tests.world import LOADED, PROGRAM, World, moment
from tnoc_tracker.record.days import start_of_day
from tnoc_tracker.record.writing import record


def say(
    world: World,
    key: str | int,
    day: date,
    statement: Statement,
    *,
    by: str = "secretariat",
    part: str = "",
    met: dict[int, date] | None = None,
) -> None:
    """Report on an activity, or on a body's part of it; ``met`` maps places of milestones to days of delivery."""
    update_status(
        activity=world.activity(key),
        part=world.part(key, part) if part else None,
        statement=statement,
        deliveries={world.milestone(key, place).id: on for place, on in (met or {}).items()},
        by=world.standing(by),
        at=moment(day),
    )


def on_track(words: str = "Work goes on.", **more: str) -> Statement:
    """On track, with what was done."""
    return Statement(DeliveryStatus.ON_TRACK, what_was_done=words, **more)


def at_risk(reason: str = "A person has left.", path: str = "A successor begins in March.") -> Statement:
    """At risk, with a reason and the path to green."""
    return Statement(DeliveryStatus.AT_RISK, reason=reason, path_to_green=path)


def off_track(reason: str, ask: str = "", forecast: date | None = None) -> Statement:
    """Off track; without a forecast it cannot be forecast, without an ask there is none."""
    return Statement(
        DeliveryStatus.OFF_TRACK,
        reason=reason,
        forecast=forecast,
        cannot_forecast=forecast is None,
        ask=ask,
        no_ask=not ask,
    )


def completed(day: date, statement: str = "Delivered as planned.") -> Statement:
    """Completed, with evidence."""
    return Statement(DeliveryStatus.COMPLETED, completed_on=day, statement=statement, held_at="Secretariat files")


def paused(decision: str = "SG 2022/3", review: date = date(2022, 3, 1)) -> Statement:
    """Paused by a decision."""
    return Statement(DeliveryStatus.PAUSED, decision_reference=decision, review_date=review)


def not_delivered(became: str = "Carried to the next plan.", decision: str = "SG 2022/4") -> Statement:
    """Closed without delivery by a decision."""
    return Statement(DeliveryStatus.NOT_DELIVERED, what_became=became, decision_reference=decision)


def half_a_year(world: World) -> None:
    """Progress up to 15 February 2022 in which every status, due state, gap and contradiction occurs.

    Overdue then are 1 (138 days), 16 part 1 (138), 7 (46) and 10 (46); 18 is past its date while paused.
    """
    day = date
    say(world, 14, day(2021, 9, 24), completed(day(2021, 9, 23)), met={1: day(2021, 9, 23)})
    say(
        world,
        1,
        day(2021, 10, 12),
        off_track("Nobody is named to invite the supervisors.", "Name who invites RBNZ and FMA.", day(2022, 3, 31)),
    )
    say(world, 7, day(2021, 11, 10), at_risk("The strategy waits for a decision."), by="sfo")
    say(world, 11, day(2021, 11, 15), on_track("Guidance is drafted."), by="police", part="Police")
    say(world, 17, day(2021, 12, 8), completed(day(2021, 12, 7)), by="police", part="Police")
    say(world, 13, day(2021, 12, 10), on_track("The programme has begun."), by="police", met={1: day(2021, 12, 6)})
    say(world, 5, day(2021, 12, 17), on_track("The agenda is developed."), met={1: day(2021, 12, 15)})
    move_date(
        milestone=world.milestone(16, 2),
        to=day(2022, 4, 30),
        reason="Part 1 is not done.",
        asked_by="Secretariat",
        agreed_by="Steering Group",
        decision_reference="SG 2021/9",
        by=world.standing("secretariat"),
        at=moment(day(2021, 12, 20)),
    )
    say(world, 2, day(2022, 1, 13), completed(day(2022, 1, 12)), met={1: day(2022, 1, 12)})
    say(world, 18, day(2022, 1, 10), paused("SG 2022/1", day(2022, 1, 31)))
    say(world, 9, day(2022, 1, 20), not_delivered())
    say(world, 3, day(2022, 1, 25), on_track("Two of three reports are in."))
    say(world, 3, day(2022, 2, 2), on_track("All three reports are in."))
    say(
        world,
        10,
        day(2022, 2, 3),
        on_track("The campaign is printed.", explanation="The paper goes to the chair on 1 March."),
    )
    say(world, 12, day(2022, 2, 14), at_risk("One bank has left."), by="police")


def grow(plan: ActionPlan, upto: int) -> None:
    """Add activities until the plan has so many: with a role and a milestone each, some overdue, some in gaps.

    Does nothing where it has as many. About 5 ms an activity.
    """
    bodies = list(Body.objects.filter(kind="agency").order_by("sort_key"))
    areas = list(PriorityArea.objects.filter(focus_area__plan=plan).order_by("focus_area__position", "position"))
    at = start_of_day(LOADED)
    first = Activity.objects.filter(plan=plan).count() + 1
    for position in range(first, upto + 1):
        area = areas[position % len(areas)]
        activity = Activity(
            plan=plan,
            position=position,
            key=str(position),
            number=str(position),
            focus_area_id=area.focus_area_id,
            priority_area=area,
            title=f"Generated activity {position}",
            answerable="to_be_decided" if position % 7 == 0 else "named",
        )
        record(activity, by=PROGRAM.actor, at=at, reason="Generated")
        if position % 7:
            role = Role(
                activity=activity,
                position=1,
                kind="lead" if position % 2 else "coordinator",
                body=bodies[position % len(bodies)],
                since=plan.starts_on,
            )
            record(role, by=PROGRAM.actor, at=at, reason="Generated")
        else:
            follow_roles(activity, by=PROGRAM, at=at, reason="Generated")
        due = plan.starts_on + timedelta(days=30 + position * 37 % 330)
        milestone = Milestone(
            activity=activity,
            position=1,
            kind="start" if position % 5 == 0 else "due",
            original_due=due,
            agreed_due=due,
        )
        record(milestone, by=PROGRAM.actor, at=at, reason="Generated")
