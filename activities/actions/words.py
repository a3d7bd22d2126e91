"""The working words of an activity, and whether it is in the plan at all: edit, withdraw, reinstate."""

from __future__ import annotations

from datetime import datetime

from activities.actions.common import Refused, hold, require, require_words
from activities.actions.rounds import follow_returns
from activities.models import Activity
from activities.plan_document.prose import Prose
from agencies.standing import Standing
from tnoc_tracker.record.days import day_of
from tnoc_tracker.record.writing import record, whole


@whole()
def edit_words(
    *,
    activity: Activity,
    title: str,
    description: str,
    reason: str,
    by: Standing,
    at: datetime,
    expected: int | None = None,
) -> Activity:
    """Change the working title and description; the published words stay beside them for ever.

    A withheld part has no working words: its place in the description must stay, and nothing may be typed
    into a withheld title or description.
    """
    require(by, "edit_register")
    held = hold(activity.id, expected)
    withheld = {part["field"] for part in held.withheld}
    if "title" in withheld and title.strip():
        raise Refused({"title": "The title is withheld: nobody can type it in."})
    if "title" not in withheld:
        held.title = require_words(title, "title", "Give the title.")
    held.description = _description(held, description)
    record(held, by=by.actor, at=at, reason=require_words(reason, "reason", "Give the reason for the change."))
    return held


def _description(activity: Activity, text: str) -> str:
    words = Prose.from_text(text.replace("\r\n", "\n"))
    before = [item.ground for item in activity.prose.items if item.text is None]
    after = [item.ground for item in words.items if item.text is None]
    if before != after:
        raise Refused(
            {"description": "Leave the withheld items in their places: they can be neither filled nor taken out."}
        )
    if not activity.description and not after and words.as_text():
        whole = any(part["field"] == "description" for part in activity.withheld)
        if whole:
            raise Refused({"description": "The description is withheld: nobody can type it in."})
    return words.as_text()


@whole()
def withdraw_activity(
    *, activity: Activity, reason: str, by: Standing, at: datetime, expected: int | None = None
) -> Activity:
    """Take an activity out of the plan's counts, with a reason; nothing of it is lost."""
    require(by, "edit_register")
    held = hold(activity.id, expected)
    if held.withdrawn_on is not None:
        raise Refused({"": "This activity is withdrawn already."})
    held.withdrawn_reason = require_words(reason, "reason", "Give the reason.")
    held.withdrawn_on = day_of(at)
    record(held, by=by.actor, at=at, reason=held.withdrawn_reason)
    follow_returns(held, by=by, at=at, reason=held.withdrawn_reason)
    return held


@whole()
def reinstate_activity(
    *, activity: Activity, reason: str, by: Standing, at: datetime, expected: int | None = None
) -> Activity:
    """Put a withdrawn activity back, as it was."""
    require(by, "edit_register")
    held = hold(activity.id, expected)
    if held.withdrawn_on is None:
        raise Refused({"": "This activity is not withdrawn."})
    held.withdrawn_on, held.withdrawn_reason = None, ""
    why = require_words(reason, "reason", "Give the reason.")
    record(held, by=by.actor, at=at, reason=why)
    follow_returns(held, by=by, at=at, reason=why)
    return held
