"""Preparing a pack: what it will hold, its summary, a look at it, and freezing it. The Secretariat's alone."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from activities.actions.common import Refused
from activities.actions.packs import PackOrder, freeze_pack, last_pack, order_of, save_pack_draft
from activities.exports.packs.making import Uncountable, at_freezing, document_of
from activities.exports.packs.page import page_of
from activities.forms.packs import SummaryForm
from activities.models import Meeting, Pack, PackDraft
from activities.reading import Reading
from activities.summaries.headline import be, numbered
from activities.summaries.meetings import MeetingPicture
from activities.summaries.packs.decisions import MOST
from activities.summaries.rounds import MISSING
from activities.views.change_page import Changed, Conflicting
from activities.views.common import page_context, present_of
from activities.views.links import page_url
from activities.views.meetings import meeting_or_404, returned
from activities.views.packs import linked_pack, note_damage, print_forms
from agencies.permissions import may
from agencies.views.common import site_address
from agencies.views.saving import Outcome, save
from tnoc_tracker.record.days import long_date, moment_in_words


@dataclass(frozen=True)
class Preparing:
    """The pack of a meeting before it is frozen: what it would be made of now."""

    request: Any
    reading: Reading
    picture: MeetingPicture

    @classmethod
    def open(cls, request: Any, plan: str, meeting: int) -> Preparing:
        """What is prepared is nobody's but the Secretariat's to know of: 404 for everybody else."""
        reading = present_of(request, plan)
        if not may(request.standing, "run_meetings"):
            raise Http404
        return cls(request, reading, MeetingPicture(reading, meeting_or_404(reading, meeting)))

    @cached_property
    def meeting(self) -> Meeting:
        """The live row, with its plan."""
        meeting: Meeting = self.picture.meeting
        meeting.plan = self.reading.plan
        return meeting

    @cached_property
    def draft(self) -> PackDraft:
        """The summary as it is kept; an empty one of version 0 where nobody has written any."""
        return PackDraft.objects.filter(meeting_id=self.meeting.id).first() or PackDraft(meeting_id=self.meeting.id)

    @cached_property
    def last(self) -> Pack | None:
        """The last version of it that was frozen."""
        return last_pack(self.meeting)

    @cached_property
    def order(self) -> PackOrder:
        """What the next version would be made of now, with the summary as it is kept."""
        told = {"by": self.request.standing, "at": self.request.moment}
        return order_of(self.meeting, last=self.last, summary=self.summary, **told)

    @cached_property
    def summary(self) -> str:
        """The summary as it is kept; that of the last version where nothing was written since it was frozen."""
        last, kept = self.last, self.draft.saved_at
        return last.summary if last and (kept is None or kept <= last.frozen_at) else self.draft.summary

    @property
    def seeking(self) -> list[Any]:
        """The items of the agenda on which the group is to decide."""
        return [each.item for each in self.picture.agenda if each.item.seeks_decision]

    def form(self) -> SummaryForm:
        """The form as it was sent, or a fresh one with the summary as it is kept."""
        number = self.order.number
        if self.request.method == "POST":
            return SummaryForm(self.request.POST, number=number)
        return SummaryForm(number=number, stamp=self.draft.version, initial={"summary": self.summary})

    @property
    def files(self) -> Any:
        """What makes the files with which an order is frozen."""
        return lambda order: at_freezing(order, site=site_address(self.request))

    def show(self, form: SummaryForm, outcome: Outcome, trouble: str = "") -> HttpResponse:
        """The page as it is now; ``trouble`` says why there is nothing to look at."""
        meeting, reading = self.meeting, self.reading
        context = page_context(
            reading,
            "meetings",
            overdue_count=self.picture.meeting.overdue_count,
            meeting=meeting,
            meeting_url=page_url(reading, "meeting", meeting.id),
            may_look_back=False,
            form=form,
            trouble=trouble,
            conflict=self.conflict(form) if outcome.conflict else None,
            order=self.order,
            previous=linked_pack(reading, self.order.previous),
            title=finding(self),
            returned=returned(reading, self.picture),
            seeking=self.seeking[:MOST],
            more=self.seeking[MOST:],
            notable=notable(self),
            versions=[{"pack": each, "url": page_url(reading, "pack", each.id)} for each in self.picture.packs],
            prepare_url=page_url(reading, "pack_prepare", meeting.id),
            preview_url=page_url(reading, "pack_preview", meeting.id),
        )
        return render(self.request, "packs/prepare.html", context, status=outcome.status)

    def conflict(self, form: SummaryForm) -> Conflicting:
        """Somebody else saved another summary; the form can be sent again after both are seen."""
        now = PackDraft.objects.filter(meeting_id=self.meeting.id).first()
        form.renew(now.version if now else 0)
        if now is None:  # the form was made from a state that never was
            return Conflicting([], [])
        told = Changed(now.person_name, moment_in_words(now.saved_at), "the summary of the pack", "other words")
        rows = [{"label": "Summary", "left": now.summary, "right": form.cleaned_data["summary"]}]
        return Conflicting([told], rows)


def finding(page: Preparing) -> str:
    """The heading: what the pack will hold."""
    if page.meeting.is_called_off:
        return "This meeting is called off: it has no pack"
    count = len(page.seeking)
    words = f"{numbered(count, 'decision')} {be(count)} sought" if count else "no decision is sought"
    back = f", {page.picture.returned}" if page.picture.quarter else ""
    return f"Version {page.order.number} of the pack: {words}{back}"


def notable(page: Preparing) -> list[dict[str, str]]:
    """What to look at first, each with the page that shows it; freezing is allowed all the same."""
    found = [*held_already(page), *missing(page)]
    return [{"words": words, "url": url} for words, url in found]


def held_already(page: Preparing) -> list[tuple[str, str]]:
    """That the meeting has decided, or that its day has passed: a version frozen now is not what the group had."""
    reading, meeting = page.reading, page.picture.meeting
    if decided := len(page.picture.decisions):
        first = f"This meeting has decided already ({numbered(decided, 'decision')})"
    elif meeting.held_on < reading.on:
        first = f"The day of this meeting has passed ({long_date(meeting.held_on)})"
    else:
        return []
    then = "a version frozen now has today’s position, and what moved since then is not in the next pack’s movements."
    return [(f"{first}: {then}", page_url(reading, "meeting", meeting.id))]


def missing(page: Preparing) -> list[tuple[str, str]]:
    """What is not there yet, each with the page on which that is put right."""
    reading, meeting, states = page.reading, page.picture.meeting, page.picture.meeting.states or ()
    at, found = page_url(reading, "agenda", meeting.id), []
    if not page.picture.quarter:
        url = page_url(reading, "meeting_change", meeting.id)
        found.append(("The meeting looks at no reporting round: the pack says nothing of returns.", url))
    elif out := sum(1 for each in states if each in MISSING):
        url = page_url(reading, "round", meeting.quarter_key, state="missing")
        found.append((f"{numbered(out, 'return')} of {len(states)} {be(out)} missing.", url))
    if not page.picture.agenda:
        found.append(("Nothing is on the agenda.", at))
    elif not page.seeking:
        found.append(("No item of the agenda seeks a decision.", at))
    if not page.summary:
        found.append(("The summary is not written.", "#id_summary"))
    return found


@require_http_methods(["GET", "POST"])
def pack_prepare(request: HttpRequest, plan: str, meeting: int) -> HttpResponse:
    """What the pack will hold and what is missing; keep its summary, or freeze it."""
    page = Preparing.open(request, plan, meeting)
    form = page.form()
    if request.method != "POST":
        return page.show(form, Outcome())
    frozen: list[Pack] = []
    outcome = save(request, form, lambda: freeze(page, form, frozen) if form.freezes else keep(page, form))
    if not outcome.saved:
        return page.show(form, outcome)
    for each in frozen:
        say_frozen(request, each)
    return redirect(outcome.next_url)


def keep(page: Preparing, form: SummaryForm) -> str:
    """Keep the summary; returns where to go next."""
    save_pack_draft(
        meeting=page.meeting,
        summary=form.cleaned_data["summary"],
        by=page.request.standing,
        at=page.request.moment,
        expected=form.cleaned_data["stamp"],
    )
    messages.success(page.request, "The summary is kept. The pack is not frozen yet.")
    return page_url(page.reading, "pack_prepare", page.meeting.id)


def freeze(page: Preparing, form: SummaryForm, frozen: list[Pack]) -> str:
    """Freeze the pack with what was typed; returns the address of its page."""
    try:
        pack = freeze_pack(
            meeting=page.meeting,
            summary=form.cleaned_data["summary"],
            corrected_why=form.cleaned_data.get("corrected_why", ""),
            make=page.files,
            by=page.request.standing,
            at=page.request.moment,
            expected=form.cleaned_data["stamp"],
        )
    except Uncountable as damage:
        note_damage(damage)
        raise Refused({"": str(damage)}) from damage
    frozen.append(pack)
    return page_url(page.reading, "pack", pack.id)


def say_frozen(request: HttpRequest, pack: Pack) -> None:
    """After the pack is frozen, print every other form of it; say what is there and what is not."""
    troubles = print_forms(request, pack)
    messages.success(request, f"Version {pack.number} is frozen. Nothing in it changes any more.")
    for words in troubles:
        messages.warning(request, words)


def pack_preview(request: HttpRequest, plan: str, meeting: int) -> HttpResponse:
    """The pack as it would be frozen now, with the summary as it is kept; it says that it is a draft.

    Where the figures of the last pack are damaged, the page on which it is prepared says so instead (422).
    """
    page = Preparing.open(request, plan, meeting)
    if page.meeting.is_called_off:
        raise Http404
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "HEAD"])
    try:
        document = document_of(page.order, site=site_address(request))
    except Uncountable as damage:
        note_damage(damage)
        return page.show(page.form(), Outcome(status=422), trouble=str(damage))
    return HttpResponse(page_of(document, figures_hash="", preview=True))
