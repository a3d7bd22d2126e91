"""What was found of each kind: one query a kind, over the words where they stand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.db.models import Count, OuterRef, Q, Subquery, TextField, URLField, Value, Window
from django.db.models.functions import Coalesce
from django.db.models.lookups import Exact

from activities.models import (
    Activity,
    AgendaItem,
    Comment,
    Decision,
    DecisionReport,
    Filing,
    FocusArea,
    Meeting,
    Part,
    PriorityArea,
    Return,
    Round,
    StatusUpdate,
)
from activities.models.updates import Said as SaidTexts
from activities.plan_document.prose import Prose
from activities.quarters import FiscalQuarter
from activities.reading import Reading
from activities.summaries.decisions import Told
from activities.summaries.rows import Rows
from activities.summaries.said import Said, facts_of
from activities.summaries.search.excerpts import Excerpt, Marked, excerpt, excerpts
from activities.summaries.search.question import Question
from agencies.models import BodyKind
from tnoc_tracker.record.days import long_date
from tnoc_tracker.record.folded import Joined, Lines, holding
from tnoc_tracker.record.text import fold

Texts = list[tuple[str, str]]

IN_MAORI = "Māori name"

SAID = tuple(field.name for field in SaidTexts._meta.local_fields if isinstance(field, TextField | URLField))
"""The columns of what is said with a status."""


@dataclass(frozen=True)
class Hit:
    """One row that was found: what it is, where it is, and why it was found."""

    title: Marked
    rows: Rows
    excerpts: tuple[Excerpt, ...]
    note: str = ""
    status: str = ""
    withheld: bool = False


@dataclass(frozen=True)
class Slice:
    """The rows of one page, how many there are on all pages, and which page it is: the last where there is no such."""

    rows: list[Any]
    count: int
    page: int

    @classmethod
    def of(cls, rows: list[Any], page: int, size: int) -> Slice:
        """Of rows that are all at hand."""
        page = min(page, max(1, -(-len(rows) // size)))
        return cls(rows[(page - 1) * size : page * size], len(rows), page)

    @classmethod
    def asked(cls, rows: Any, page: int, size: int) -> Slice:
        """Of a queryset in its order: rows and count in one query; another one where the page lies past the last."""
        counted = rows.annotate(found=Window(Count("id")))
        found = list(counted[(page - 1) * size : page * size])
        if found or page == 1:
            return cls(found, _counted(found), page)
        last = list(counted.reverse()[:size])  # the last page, from its end
        count = _counted(last)
        page = max(1, -(-count // size))
        return cls(last[: count - (page - 1) * size][::-1], count, page)


def _counted(found: list[Any]) -> int:
    """How many rows there are besides those of the page: each of them says so."""
    if not found:
        return 0
    count: int = found[0]["found"] if isinstance(found[0], dict) else found[0].found
    return count


@dataclass(frozen=True)
class Search:
    """A question put to a reading; each method finds one kind of row, the best or the latest first."""

    reading: Reading
    question: Question

    def _hit(self, title: str, texts: Texts, rows: Rows, *, own: str = "in its title", **more: Any) -> Hit:
        """``own`` is what the title is of the row; empty where it is another row's, and no reason for the match."""
        words = self.question.words
        reasons = excerpts(words, [(own, title), *texts] if own else texts)
        told = tuple(Excerpt(own) if each.label == own else each for each in reasons)
        return Hit(excerpt(title, words if own else ()), rows, told, **more)

    # Activities -------------------------------------------------------------------------------------------------

    @cached_property
    def activities(self) -> dict[int, Any]:
        """Every activity of the plan with its areas' names, withdrawn ones included, in plan order (one query)."""
        area = self.reading.beside(FocusArea, id="focus_area_id").order_by()
        priority = self.reading.beside(PriorityArea, id="priority_area_id").order_by()
        rows = self.reading.rows(Activity).annotate(
            overdue_total=self.reading.overdue_total,
            focus=Subquery(area.values(words=Lines("code", "title"))[:1]),
            focus_code=Subquery(area.values("code")[:1]),
            priority=Subquery(priority.values("title")[:1]),
        )
        return {each.id: each for each in rows.order_by("position")}

    def of_activities(self, page: int, size: int) -> tuple[Slice, list[Hit]]:
        """By number first, then those that have the words in their title, their description, or elsewhere."""
        ranked = sorted(self._ranked(), key=lambda pair: pair[0])
        found = Slice.of([activity for _, activity in ranked], page, size)
        return found, [self._activity(each) for each in found.rows]

    def _ranked(self) -> Iterator[tuple[tuple[int, int], Any]]:
        words = self.question.words
        for each in self.activities.values():
            if self.question.names(each.key, each.number):
                yield (0, each.position), each
                continue
            texts = [fold(text) for _, text in texts_of(each)]
            whole = "\n".join(texts)
            if all(word in whole for word in words):
                first = next((place for place, text in enumerate(texts) if all(word in text for word in words)), 9)
                yield (1 + min(first, 2), each.position), each

    def _activity(self, activity: Any) -> Hit:
        texts = texts_of(activity)
        named = self.question.names(activity.key, activity.number)
        hit = self._hit(
            title_of(activity),
            texts[1:],
            Rows("activity", args=(activity.key,)),
            note=", ".join([activity.focus_code, *(["withdrawn"] if activity.withdrawn_on else [])]),
            status=activity.status,
            withheld=activity.title_is_withheld,
        )
        return replace(hit, excerpts=(Excerpt("by its number"),)) if named else hit

    # What was said ----------------------------------------------------------------------------------------------

    def of_updates(self, page: int, size: int) -> tuple[Slice, list[Hit]]:
        """Status updates, the latest first (two queries, of which the first finds and counts).

        An update is never altered and is known from ``at`` on: the live rows tell what was said by then.
        """
        # The plan is looked up for each row: PostgreSQL guesses how many rows hold the words, and where it guesses
        # wrong, a join would go through every activity for each of them.
        of_activity = Activity.objects.filter(id=OuterRef("activity_id")).order_by()
        rows = StatusUpdate.objects.filter(Exact(Subquery(of_activity.values("plan_id")[:1]), self.reading.plan.id))
        if self.reading.at is not None:
            rows = rows.filter(at__lte=self.reading.at)
        rows = rows.filter(holding(self.question.words, *SAID, "milestones_met", "person_name"))
        found = Slice.asked(rows.order_by("-at", "-id").values("id"), page, size)
        parts = self.reading.beside(Part, id="part_id").order_by()
        told = self.reading.known(StatusUpdate.objects.filter(id__in=[row["id"] for row in found.rows])).annotate(
            part_body_id=Subquery(parts.values("body_id")[:1]), part_scope=Subquery(parts.values("scope")[:1])
        )
        return found, [self._update(Said(each)) for each in told.order_by("-at", "-id")]

    def _update(self, said: Said) -> Hit:
        update = said.update
        activity = self.activities[update.activity_id]
        about = ", ".join(filter(None, (title_of(activity), said.part_in_words(self.reading.bodies))))
        more = [("Evidence", update.evidence_link), ("Said by", update.person_name)]
        return self._hit(
            about,
            [*facts_of(update, milestones=update.milestones_met), *more],
            Rows("activity", args=(activity.key,), anchor="trail"),
            own="",
            note=f"{long_date(said.on)}, {update.who_in_full}",
            status=update.to_status,
            withheld=activity.title_is_withheld,
        )

    def of_returns(self, page: int, size: int) -> tuple[Slice, list[Hit]]:
        """Returns by what was filed and is no status update, and by comments; the latest round first. No drafts."""
        beside = self.reading.beside
        filings = beside(Filing, ret_id="id").filter(update_id=None).order_by()
        rows = self.reading.rows(Return).annotate(
            told_filings=_joined(filings, *SAID, "proposed_why", "corrected_why", "answer", "person_name"),
            told_comments=_joined(beside(Comment, ret_id="id").order_by(), "text", "person_name"),
            told_quarter=Subquery(beside(Round, id="round_id").order_by().values("quarter_key")[:1]),
        )
        rows = rows.filter(Q(filings__gt=0) | ~Q(told_comments=""))
        rows = rows.filter(holding(self.question.words, "told_filings", "told_comments"))
        found = Slice.asked(rows.order_by("-told_quarter", "activity_id", "id"), page, size)
        return found, [self._return(each) for each in found.rows]

    def _return(self, ret: Any) -> Hit:
        activity = self.activities[ret.activity_id]
        body = self.reading.bodies.get(ret.body_id)
        quarter = FiscalQuarter.parse_key(ret.told_quarter, self.reading.plan.fiscal_year_starts_in)
        return self._hit(
            title_of(activity),
            [("What was filed", ret.told_filings or ""), ("Comment", ret.told_comments or "")],
            Rows("return_page", args=(str(ret.id),)),
            own="",
            note=", ".join([f"Return of {quarter}", *([body.label] if body else []), ret.meaning.label.lower()]),
            withheld=activity.title_is_withheld,
        )

    # The Steering Group -----------------------------------------------------------------------------------------

    def of_decisions(self, page: int, size: int) -> tuple[Slice, list[Hit]]:
        """Decisions by what was decided, their reference, what became of them and the reports on them."""
        reports = self.reading.beside(DecisionReport, decision_id="id").order_by()
        rows = self.reading.rows(Decision).annotate(told_reports=_joined(reports, "text"))
        rows = rows.filter(holding(self.question.words, "reference", "what", "outcome", "told_reports"))
        found = Slice.asked(rows.order_by("-at", "-id"), page, size)
        return found, [self._decision(each) for each in found.rows]

    def _decision(self, decision: Any) -> Hit:
        told = Told(decision, self.reading.bodies[decision.owner_id], self.reading.on)
        about = [title_of(self.activities[decision.activity_id])] if decision.activity_id else []
        return self._hit(
            str(decision),
            [("What became of it", decision.outcome), ("Reported", decision.told_reports or "")],
            Rows("decision", args=(str(decision.id),)),
            own="in the decision",
            note="; ".join([f"{told.owner.label}, due {long_date(decision.due_on)}", told.state, *about]),
        )

    def of_agenda(self, page: int, size: int) -> tuple[Slice, list[Hit]]:
        """Items of agendas, the latest meeting first; those taken off say so."""
        meetings = self.reading.beside(Meeting, id="meeting_id").order_by()
        rows = self.reading.rows(AgendaItem).filter(holding(self.question.words, "heading", "text"))
        rows = rows.annotate(held_on=Subquery(meetings.values("held_on")[:1]))
        found = Slice.asked(rows.order_by("-held_on", "position", "id"), page, size)
        return found, [self._item(each) for each in found.rows]

    def _item(self, item: Any) -> Hit:
        off = ["taken off"] if item.taken_off_on else []
        return self._hit(
            item.heading,
            [("Put before the group", item.text)],
            Rows("meeting", args=(str(item.meeting_id),), anchor="agenda"),
            own="in its heading",
            note=", ".join([f"Steering Group, {long_date(item.held_on)}", item.kind_label, *off]),
        )

    # Bodies -----------------------------------------------------------------------------------------------------

    def of_bodies(self, page: int, size: int) -> tuple[Slice, list[Hit]]:
        """Bodies by any of their names, one that is called so first (no query: the reading has them)."""
        words = self.question.words
        named = [(each, [each.name, each.short, each.name_mi, *each.also]) for each in self.reading.bodies.values()]
        called = [each for each, names in named if fold(self.question.typed) in map(fold, names)]
        others = [each for each, names in named if all(word in fold("\n".join(names)) for word in words)]
        found = Slice.of([*called, *(each for each in others if each not in called)], page, size)
        return found, [self._body(each) for each in found.rows]

    def _body(self, body: Any) -> Hit:
        texts = [("Short name", body.short), (IN_MAORI, body.name_mi), ("Also called", ", ".join(body.also))]
        kind = str(BodyKind(body.kind).label)
        hit = self._hit(body.name, texts, Rows("agency", args=(body.slug,)), own="in its name", note=kind)
        reasons = (replace(each, language="mi" if each.label == IN_MAORI else "") for each in hit.excerpts)
        return replace(hit, excerpts=tuple(reasons))


def title_of(activity: Any) -> str:
    """``12 Public/private project …``, ``Row 21 Withheld, ground not stated``."""
    return str(activity) if activity.number else f"Row {activity.position} {activity.heading}"


def texts_of(activity: Any) -> Texts:
    """What an activity is searched by: its title, its description, then the rest."""
    return [
        ("Title", title_of(activity)),
        ("Description", _on_lines(activity.prose)),
        ("Focus area", activity.focus),
        ("Priority area", activity.priority),
        ("Title as published", activity.published_activity),
        ("Description as published", _on_lines(Prose.from_text(activity.published_prose))),
        ("Resourcing as published", activity.published_resourcing),
        ("Timeframe as published", activity.published_timeframe),
    ]


def _on_lines(prose: Prose) -> str:
    return "\n".join([*prose.paragraphs, *(item.text for item in prose.items if item.text)])


def _joined(rows: Any, *columns: str) -> Coalesce:
    """All texts of the rows beside a row, as one text; empty where there are none."""
    texts = rows.annotate(searched=Lines(*columns)).annotate(joined=Joined("searched"))
    return Coalesce(Subquery(texts.values("joined"), output_field=TextField()), Value(""), output_field=TextField())
