"""The rows of a reading that an agenda is made from, fetched once: what was said last, what is asked, what is late."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from activities.contradictions import how_late
from activities.due_states import DueState
from activities.models import Activity, Filing, StatusUpdate
from activities.reading import Reading
from activities.summaries.agenda_rows import AgendaRows, LivePart, agenda_rows
from activities.summaries.dashboard import EmptyCollective, to_be_set
from activities.summaries.picture import Picture
from activities.summaries.put_before import PutBefore
from tnoc_tracker.record.days import day_of, long_date

NO_REPORT = "Nobody has reported on it yet."


@dataclass(frozen=True)
class Spoken:
    """The latest word on an unfinished activity, or on a live part of it that is not finished."""

    update: Any
    activity: Any
    part: Any
    about: str

    @property
    def heading(self) -> str:
        """``17 Information sharing training (Police)``."""
        return f"{self.activity} ({self.about})" if self.about else str(self.activity)

    @property
    def worst_first(self) -> tuple[int, int, int]:
        """A sorting key: the worst status, then the plan's order."""
        severity = self.update.after.severity
        return severity, self.activity.position, self.part.position if self.part else 0

    @property
    def in_words(self) -> str:
        """``Off track (Police): The vendor is late.`` with its full stop."""
        return f"{self.update.after.label}{f' ({self.about})' if self.about else ''}: {sentence(self.update.why)}"

    @property
    def forecast(self) -> str:
        """``Forecast: 30 June 2022.``; empty where nothing is said of it."""
        said = self.update
        if said.forecast:
            return f"Forecast: {long_date(said.forecast)}."
        return "It cannot be forecast." if said.cannot_forecast else ""


@dataclass(frozen=True)
class Ask:
    """An ask of the group in a latest word, or in one that waits to be accepted.

    ``sources`` are its keys, its own first: before it was accepted it stood on agendas under its filing's.
    """

    spoken: Spoken
    words: str
    sources: tuple[str, ...]


def _sources(update: Any) -> tuple[str, ...]:
    own = f"ask:update-{update.id}"
    return (own, f"ask:filing-{update.filed_as}") if update.filed_as else (own,)


def sentence(text: str) -> str:
    """A text that ends as a sentence does."""
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


@dataclass(frozen=True)
class Ground:
    """The same for the meeting of a day; without one, for a meeting after all those that there were."""

    reading: Reading
    held_on: date | None = None

    @cached_property
    def picture(self) -> Picture:
        """The activities and milestones."""
        return Picture(self.reading)

    @cached_property
    def rows(self) -> AgendaRows:
        """The other rows."""
        return agenda_rows(self.reading)

    @cached_property
    def before(self) -> PutBefore:
        """What was put before the group already."""
        return PutBefore.of(self.rows.puts, self.reading.on, self.held_on)

    @cached_property
    def unfinished(self) -> list[Any]:
        """The activities that are not finished, in plan order."""
        return [each for each in self.picture.activities if not each.is_finished]

    @cached_property
    def open_ones(self) -> dict[int, Any]:
        """The same by id."""
        return {each.id: each for each in self.unfinished}

    @cached_property
    def parts(self) -> dict[int, list[LivePart]]:
        """Live parts by activity, in their order."""
        found: dict[int, list[LivePart]] = defaultdict(list)
        for part in self.rows.parts:
            found[part.activity_id].append(part)
        return found

    @cached_property
    def spoken(self) -> dict[int, list[Spoken]]:
        """The latest words by activity, the worst first: of each live part where there are any, else of the activity.

        The Secretariat's own word on a whole with parts stands until the next update of a part.
        """
        found: dict[int, list[Spoken]] = defaultdict(list)
        for update in _last(self.reading):
            activity = self.open_ones.get(update.activity_id)
            parts = {part.id: part for part in self.parts.get(update.activity_id, ())}
            part = parts.get(update.part_id)
            overtaken = parts and update.part_id is not None and part is None
            if activity is None or overtaken or (part and part.is_finished):
                continue
            found[activity.id].append(Spoken(update, activity, part, self.label(part)))
        return {key: sorted(said, key=lambda each: each.worst_first) for key, said in found.items()}

    def label(self, part: Any) -> str:
        """``Police – financial sector``; empty without a part."""
        if part is None:
            return ""
        label = self.reading.bodies[part.body_id].label
        return f"{label} – {part.scope}" if part.scope else label

    @cached_property
    def asking(self) -> list[Ask]:
        """The asks for this agenda, the worst status first; what an earlier meeting decided is none any more.

        An ask that stands on this very agenda from before it was accepted is not put there twice.
        """
        every = [*self._accepted_asks, *self._waiting_asks]
        found = (each for each in every if not self.before.is_decided(*each.sources))
        new = (each for each in found if not self.before.here.intersection(each.sources[1:]))
        return sorted(new, key=lambda each: each.spoken.worst_first)

    @cached_property
    def _accepted_asks(self) -> list[Ask]:
        every = (each for said in self.spoken.values() for each in said)
        return [Ask(each, each.update.ask, _sources(each.update)) for each in every if each.update.ask]

    @property
    def _waiting_asks(self) -> Iterable[Ask]:
        """The asks that are filed and not accepted; not those in the same words as the ask that is, or overtaken."""
        for filing in self.rows.waiting:
            activity = self.open_ones.get(filing.activity_id)
            part = next((each for each in self.parts.get(filing.activity_id, ()) if each.id == filing.part_id), None)
            gone = filing.part_id is not None and (part is None or part.is_finished)
            said = next((each for each in self.spoken.get(filing.activity_id, ()) if each.part == part), None)
            known = said and (said.update.at > filing.at or said.update.ask == filing.ask)
            if activity is None or gone or known:
                continue
            words = f"{sentence(filing.ask)} Filed on {long_date(day_of(filing.at))}, not accepted yet."
            yield Ask(Spoken(filing, activity, part, self.label(part)), words, (f"ask:filing-{filing.id}",))

    @cached_property
    def overdue(self) -> dict[int, list[Any]]:
        """The overdue milestones of each activity, most days first."""
        found: dict[int, list[Any]] = defaultdict(list)
        for milestone in self.picture.milestones_in(DueState.OVERDUE):
            found[milestone.activity_id].append(milestone)
        return found

    @cached_property
    def empty_collectives(self) -> list[EmptyCollective]:
        """Collectives without members, from the rows that are here."""
        bodies: dict[int, Any] = self.reading.bodies
        roles = sorted(self.rows.collectives)
        empty = [(bodies[body_id], about) for body_id, about in roles if not bodies[body_id].members]
        return to_be_set((body, each) for each in self.unfinished for body, about in empty if about == each.id)

    @cached_property
    def is_over(self) -> bool:
        """Whether the plan's period has ended."""
        return self.reading.on > self.reading.plan.ends_on

    @property
    def counted_on(self) -> str:
        """The day on which days are counted: the words stay on the agenda, and go on being true."""
        return f"Position on {long_date(self.reading.on)}."

    def stands(self, activity: Any) -> str:
        """How late an activity is, what was said of it last, and the forecast, in sentences."""
        late = self.overdue.get(activity.id, [])
        words = [_late_words(each, self.reading.on) for each in late]
        if activity.id not in self.spoken:
            return " ".join([*words, NO_REPORT, self.counted_on])
        said = self.spoken[activity.id][0]
        told = any(each.forecast for each in late)  # beside the milestone that it is for
        return " ".join(filter(None, [*words, said.in_words, "" if told else said.forecast, self.counted_on]))


def _last(reading: Reading) -> Any:
    """The rows of ``_last_ids``; ``filed_as`` is the filing of which one was accepted, of a correction the first."""
    filing = reading.beside(Filing, update_id="id").order_by()
    rows = reading.known(StatusUpdate.objects.filter(id__in=_last_ids(reading)))
    return rows.annotate(filed_as=Subquery(filing.values(first=Coalesce("corrects_id", "id"))[:1]))


def _last_ids(reading: Reading) -> QuerySet[Any, Any]:
    """The last update of each present activity, and of each live part: ids, for one query over both.

    An update is never altered and is known from ``at`` on, so that the live rows tell what was said by then.
    """
    said: Any = StatusUpdate.objects.order_by()
    of_activity = said.filter(activity_id=OuterRef("id"), number=OuterRef("updates"))
    of_part = said.filter(part_id=OuterRef("id"))
    if reading.at is not None:
        of_part = of_part.filter(at__lte=reading.at)
    present: Any = reading.rows(Activity).filter(withdrawn_on=None).order_by()
    whole = present.annotate(last=Subquery(of_activity.values("id")[:1])).values("last")
    newest = Subquery(of_part.order_by("-number").values("id")[:1])
    found: QuerySet[Any, Any] = whole.union(reading.parts.order_by().annotate(last=newest).values("last"), all=True)
    return found


def _late_words(milestone: Any, on: date) -> str:
    """``“Strategy endorsed” is 46 days overdue (31 December 2021), forecast 30 June 2022.`` with its full stop."""
    forecast = f", forecast {long_date(milestone.forecast)}" if milestone.forecast else ""
    return f"“{milestone.full_name}” {how_late(milestone, on)} ({long_date(milestone.agreed_due)}){forecast}."
