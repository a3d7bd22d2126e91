"""Decisions recorded at a meeting, changed, reported on by their owner, settled and reopened."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Self

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from activities.actions.decisions import (
    change_decision,
    record_decision,
    reopen_decision,
    report_on_decision,
    settle_decision,
)
from activities.forms.decisions import ChangeForm, RecordForm, ReopenForm, ReportForm, SettleForm
from activities.models import AgendaItem
from activities.reading import Reading
from activities.summaries.deciding import Abouts, abouts, drafted
from activities.summaries.decision_changes import changes_of
from activities.summaries.decisions import Followed
from activities.views.change_page import ChangePage, Conflicting
from activities.views.common import page_context, present_of, require
from activities.views.decisions import told_or_404
from activities.views.links import page_url
from activities.views.meeting_edit import MeetingPage, methods
from agencies.permissions import Target
from agencies.views.saving import save
from tnoc_tracker.record.days import long_date
from tnoc_tracker.record.forms import RegisterForm

# Recording -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class RecordPage(MeetingPage):
    """The page on which a meeting's decision is recorded, from an item of its agenda where one is named."""

    item: Any = None

    @classmethod
    def open(cls, request: HttpRequest, plan: str, meeting: int) -> Self:
        """404 also where the item that the address names is not on the meeting's agenda."""
        page = super().open(request, plan, meeting)
        return replace(page, item=_item_or_404(request, page.reading, meeting))

    @cached_property
    def found(self) -> Abouts:
        """What a decision may be about."""
        return abouts(self.reading)

    def filled(self) -> RecordForm:
        """The form: fresh with what the item says, or as it was sent."""
        draft = drafted(self.reading, self.item, self.found) if self.item and self.request.method != "POST" else {}
        form: RecordForm = self.form(RecordForm, bodies=self.reading.bodies, abouts=self.found.groups, initial=draft)
        return form

    def record(self, form: RecordForm) -> str:
        """Record what the form says; leads to the decision."""
        made = record_decision(meeting=self.meeting, decided=form.decided, item=self.item, **self.who(form))
        messages.success(self.request, f"{made.reference} is on record: {made.owner} owns it.")
        return page_url(self.reading, "decision", made.id)

    def look(self, form: RecordForm, status: int = 200, conflict: Conflicting | None = None) -> HttpResponse:
        """The page as it is now; what was typed stays in the form."""
        too_early = self.meeting.held_on > self.reading.on
        more: dict[str, Any] = {"item": self.item, "too_early": too_early, "conflict": conflict}
        return self.show("decisions/record.html", status=status, form=form, back=self.back, **more)


def _item_or_404(request: HttpRequest, reading: Reading, meeting_id: int) -> Any:
    asked = request.GET.get("item", "")
    if not asked:
        return None
    rows = reading.rows(AgendaItem).filter(meeting_id=meeting_id, id=int(asked) if asked.isdecimal() else 0)
    item = rows.first()
    if item is None:
        raise Http404
    return item


@methods
def decision_record(request: HttpRequest, plan: str, meeting: int) -> HttpResponse:
    """Record what a meeting decided; ``?item=`` names the item of its agenda that it follows."""
    page = RecordPage.open(request, plan, meeting)
    form = page.filled()
    if request.method != "POST":
        return page.look(form)
    outcome = save(request, form, lambda: page.record(form))
    if outcome.saved:
        return redirect(outcome.next_url)
    return page.look(form, outcome.status, page.overtaken(form, []) if outcome.conflict else None)


# Changing, reporting, settling, reopening ----------------------------------------------------------------------------


@dataclass(frozen=True)
class DecisionPage(ChangePage):
    """A page on which something is done about one decision."""

    told: Followed

    @classmethod
    def open(cls, request: HttpRequest, plan: str, decision_id: int, permission: str = "run_meetings") -> DecisionPage:
        """404 where there is no such decision; 403 for those who may only read it."""
        reading = present_of(request, plan)
        told = told_or_404(reading, decision_id)
        require(request, permission, Target(frozenset({told.owner.id})))
        return cls(request, reading, told)

    @property
    def decision(self) -> Any:
        """The live row."""
        return self.told.decision

    @property
    def back(self) -> str:
        """The decision's page."""
        return page_url(self.reading, "decision", self.decision.id)

    @property
    def made_from(self) -> int:
        """The decision's version."""
        version: int = self.decision.version
        return version

    def who(self, form: RegisterForm) -> dict[str, Any]:
        """The decision beside who, when, and the state that the form was made from."""
        return {"decision": self.decision, **super().who(form)}

    def show(self, template: str, status: int = 200, **context: Any) -> HttpResponse:
        """The page as it is now."""
        context |= {"told": self.told, "decision": self.decision, "may_look_back": False}
        here = page_context(self.reading, "meetings", **context)
        return render(self.request, f"decisions/{template}.html", here, status=status)

    def conflict(self, form: Any, now: dict[str, Any]) -> Conflicting:
        """What somebody else has done with the decision since the form was made, and both versions of its words."""
        entries = changes_of(self.reading, self.decision.id, form.cleaned_data["stamp"], with_reports=True)
        form.renew(self.decision.version)
        rows = [{"label": str(form[key].label), "left": words, "right": form.typed(key)} for key, words in now.items()]
        return Conflicting(entries, rows)  # type: ignore[arg-type]


@methods
def decision_change(request: HttpRequest, plan: str, decision: int) -> HttpResponse:
    """Correct the words, the owner or the day of an open decision."""
    page = DecisionPage.open(request, plan, decision)
    row = page.decision
    now = {"what": row.what, "owner": row.owner_id, "due_on": row.due_on}
    form = page.form(ChangeForm, bodies=page.reading.bodies, initial=now)
    said = ("what", "owner", "due_on", "reason")
    return page.answer(
        form,
        lambda: change_decision(**{name: form.cleaned_data[name] for name in said}, **page.who(form)),
        template="change",
        done=lambda held: "" if held.version == form.cleaned_data["stamp"] else f"{held.reference} is changed.",
        words_of_now={"what": row.what, "owner": page.told.owner.label, "due_on": long_date(row.due_on)},
    )


@methods
def decision_report(request: HttpRequest, plan: str, decision: int) -> HttpResponse:
    """Say how far an open decision has come: for the body that owns it, and for the Secretariat."""
    page = DecisionPage.open(request, plan, decision, "report_on_decision")
    form = page.form(ReportForm)
    return page.answer(
        form,
        lambda: report_on_decision(text=form.cleaned_data["text"], **page.who(form)),
        template="report",
        done=lambda report: f"Your report on {page.decision.reference} is on record.",
    )


@methods
def decision_settle(request: HttpRequest, plan: str, decision: int) -> HttpResponse:
    """Say what became of a decision: done, or lapsed."""
    page = DecisionPage.open(request, plan, decision)
    form = page.form(SettleForm)
    return page.answer(
        form,
        lambda: settle_decision(
            state=form.cleaned_data["state"], outcome=form.cleaned_data["outcome"], **page.who(form)
        ),
        template="settle",
        done=lambda held: f"{held.reference} is settled: {held.state_label.lower()}.",
    )


@methods
def decision_reopen(request: HttpRequest, plan: str, decision: int) -> HttpResponse:
    """Take back that a decision is settled."""
    page = DecisionPage.open(request, plan, decision)
    form = page.form(ReopenForm)
    return page.answer(
        form,
        lambda: reopen_decision(reason=form.cleaned_data["reason"], **page.who(form)),
        template="reopen",
        done=lambda held: f"{held.reference} is open again, due by {long_date(held.due_on)}.",
    )
