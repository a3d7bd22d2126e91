"""Where nobody answers, and where what is said and what the dates say cannot both be right."""

from __future__ import annotations

from activities.answering import Gap
from activities.pack_document import Column, Row, Section, Table
from activities.summaries.dashboard import Disagreement, disagreements, empty_collectives
from activities.summaries.headline import numbered
from activities.summaries.packs.cells import ACTIVITY, STATUS, iso, notes
from activities.summaries.packs.figures import Figures


def gaps(figures: Figures) -> Section:
    """The activities for which nobody answers, the oldest gap first, and the collectives without members."""
    found = figures.picture.gaps
    named = Table(
        "gaps",
        "Activities for which nobody answers",
        (ACTIVITY, Column("What is missing"), Column("Since", "date"), Column("Days", "number"), STATUS),
        tuple(map(_gap, found)),
        "Somebody answers for every activity.",
    )
    empty = Table(
        "empty_collectives",
        "Collectives whose membership is to be set",
        (Column("Collective"), Column("Holds a role in")),
        tuple(
            Row((each.body.label, "; ".join(str(activity) for activity in each.activities)))
            for each in empty_collectives(figures.picture)
        ),
        "Every collective that holds a role has members.",
    )
    return Section("gaps", _gaps_in_words(found), (), (named, empty))


def _gap(gap: Gap) -> Row:
    row = gap.activity
    return Row((str(row), gap.words, iso(gap.since), gap.days, row.status), activity=row.key)


def _gaps_in_words(found: tuple[Gap, ...]) -> str:
    """``3 activities have nobody who answers for them, since 229 days at the longest``."""
    if not found:
        return "Somebody answers for every activity"
    nobody = "has nobody who answers for it" if len(found) == 1 else "have nobody who answers for them"
    age = numbered(found[0].days, "day")
    longest = f"for {age}" if len(found) == 1 else f"the longest for {age}"
    return f"{numbered(len(found), 'activity', 'activities')} {nobody}, {longest}"


def contradictions(figures: Figures) -> Section:
    """The standing list: most days overdue first, with the explanation where one was given."""
    found = [each for each in disagreements(figures.picture, figures.last) if each.activity.contradiction]
    count = len(found)
    title = (
        f"In {numbered(count, 'activity', 'activities')} what is said and what the dates say cannot both be right"
        if count
        else "What is said and what the dates say nowhere contradict each other"
    )
    table = Table(
        "contradictions",
        "Contradictions",
        (ACTIVITY, STATUS, Column("Contradiction")),
        tuple(_contradiction(figures, each) for each in found),
        "No activity is in a contradiction.",
    )
    return Section("contradictions", title, (), (table,))


def _contradiction(figures: Figures, each: Disagreement) -> Row:
    row = each.activity
    last = figures.last.get(row.id)
    explained = str(last.update.explanation) if last and row.contradiction == "on_track_overdue" else ""
    return Row((str(row), row.status, each.sentences[0]), notes([("Explanation", explained)]), row.key)
