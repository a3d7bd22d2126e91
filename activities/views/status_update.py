"""Reporting on an activity or a part: the form as a page, and in place in the list of activities."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from activities.actions.common import Seen, stamp_expression, stamp_of
from activities.actions.status import (
    open_milestones,
    reports_milestones,
    situation_with,
    target_of,
    update_status,
)
from activities.audit import Audit, Criteria
from activities.decisions import OF_STATUS, Move
from activities.dossier import ToldUpdate
from activities.due_states import days
from activities.exports.activity_columns import COLUMNS
from activities.forms.decisions import Offer
from activities.forms.status import FROM_THE_LAST, NO_OFFER, StatusForm, in_form
from activities.models import Activity, StatusUpdate
from activities.prepared import asked_of
from activities.reading import Reading
from activities.register import register_rows
from activities.statuses import MEANINGS, DeliveryStatus
from activities.summaries.one_activity import parts_of
from activities.views.change_page import Conflicting
from activities.views.common import activity_or_404, page_context, present_of, sent_to
from activities.views.deciding import offer_of
from activities.views.edit_page import UNDER_THE_STAMP
from activities.workflow import Situation, choices
from agencies.permissions import may
from agencies.views.saving import save

MOST_CORRECTED = 50
"""So many of the last reports are offered as the one that is corrected."""


@require_http_methods(["GET", "HEAD", "POST"])
def activity_update(request: HttpRequest, plan: str, key: str) -> HttpResponse:
    """The form, and what is sent from it: 422 with what is missing, 409 with both versions, else the activity."""
    page = UpdatePage.open(request, plan, key, shown=request.method != "POST")
    if page.in_list and "close" in request.GET:
        return page.row(focus="update")
    form = page.form()
    if request.method != "POST":
        return page.show(form)
    outcome = save(request, form, lambda: page.report(form), page.activity_url, unspent=page.is_current(form))
    if outcome.saved:
        status = DeliveryStatus(form.cleaned_data["status"])
        messages.success(request, f"Saved: {page.subject} is {MEANINGS[status].label.lower()}.")
        return page.row() if page.in_list else redirect(outcome.next_url)
    page = UpdatePage.open(request, plan, key, shown=True)
    form = page.form(all_offered=True).found(form)
    conflict = page.conflict(form) if outcome.conflict else None
    return page.show(form, status=outcome.status, conflict=conflict)


def reported_on(reading: Reading, key: str, header: bool) -> Any:
    """The activity at a key with its stamp, as a queryset; where a page is shown, with the count for its header."""
    rows = reading.rows(Activity).filter(key=key).annotate(stamp=stamp_expression())
    return rows.annotate(overdue_count=reading.overdue_total) if header else rows


def last_updates(reading: Reading, activity_id: int, part_id: int | None, only: tuple[int]) -> Any:
    """What was said last of a part, or of the whole, the newest first, as a queryset."""
    said: Any = StatusUpdate.objects.filter(activity_id=activity_id)
    rows = reading.known(said.filter(part_id=part_id))
    return rows.order_by("-number")[: only[0]]


@dataclass(frozen=True)
class PartChoice:
    """One of the parts, or the whole, that the person may report on."""

    label: str
    url: str
    current: bool


@dataclass(frozen=True)
class UpdatePage:
    """One request to report on an activity, or on one part of it."""

    request: Any
    reading: Reading
    activity: Any

    @classmethod
    def open(cls, request: HttpRequest, plan: str, key: str, *, shown: bool) -> UpdatePage:
        """Look up what is reported on; 404 where there is none, 403 for those who may only read it.

        The stamp is read with the activity: what is read after it is at least as new as it says. What only a page
        says that is ``shown`` is not read where a form leads elsewhere.
        """
        in_list = "HX-Request" in request.headers
        reading = present_of(request, plan) if shown or in_list else sent_to(request, plan)
        (activity,) = asked_of(reading, reported_on, key=key, header=shown) or (None,)
        if activity is None:
            raise Http404
        activity.plan = reading.plan
        page = cls(request, reading, activity)
        page.require()
        return page

    @cached_property
    def parts(self) -> list[Any]:
        """The parts of the activity, where it is shared."""
        return asked_of(self.reading, parts_of, activity_id=self.activity.id)

    @cached_property
    def part(self) -> Any:
        """The part that the address names; without one the whole for the Secretariat, else the person's first part."""
        wanted = self.request.GET.get("part", "")
        if wanted:
            found = next((part for part in self.parts if str(part.id) == wanted), None)
            if found is None:
                raise Http404
            return found
        if may(self.request.standing, "edit_register"):
            return None
        return next((part for part in self.parts if part.body_id in self.request.standing.reporting_body_ids), None)

    def require(self) -> None:
        """404 where there is no such part; 403 for somebody who may read this, but not report on it."""
        standing, part = self.request.standing, self.part
        if not may(standing, "edit_register"):
            target = target_of(self.activity, part, self.reading.on, shared=bool(self.parts))
            if not may(standing, "update_status", target):
                raise PermissionDenied("You may read this, but not report on it. Help says who may.")

    # What is asked and saved --------------------------------------------------------------------------------------

    @cached_property
    def situation(self) -> Situation:
        """What a statement would be made about."""
        agreed = [row.agreed_due for row in self.milestones]
        told = {"by": self.request.standing, "on": self.reading.on}
        return situation_with(self.activity, self.part, agreed, self.reports_milestones, **told)

    @cached_property
    def milestones(self) -> list[Any]:
        """The open milestones, the next date first."""
        return open_milestones(self.activity.id)

    @cached_property
    def reports_milestones(self) -> bool:
        """Whether milestones can be reported here: while others work on their parts, they cannot."""
        return reports_milestones(self.activity, self.part)

    def earlier(self) -> list[Any]:
        """What was said lately of the same part, or of the whole, the last first: what can be corrected."""
        return self._said(MOST_CORRECTED)

    @cached_property
    def last_update(self) -> Any:
        """What was said last."""
        return next(iter(self._said(1)), None)

    def _said(self, most: int) -> list[Any]:
        if not self.activity.updates:
            return []
        about = {"activity_id": self.activity.id, "part_id": self.part.id if self.part else None}
        return asked_of(self.reading, last_updates, **about, only=(most,))

    @property
    def last(self) -> ToldUpdate | None:
        """The last report as a page tells it."""
        return ToldUpdate(self.last_update, "") if self.last_update else None

    def form(self, *, all_offered: bool = False) -> StatusForm:
        """The form: fresh with the stamp of now and what usually still holds, or as it was sent.

        What it offers is looked up to be shown; of a form that was sent, only where something of it was chosen.
        """
        data = self.request.POST if self.request.method == "POST" else None
        shown = data is None or all_offered
        offer = self.offer if shown or data.get("decision") else NO_OFFER
        return StatusForm(
            data,
            stamp=self.activity.stamp,
            initial={"seen": self.activity.updates, **status_by(offer.chosen)},
            situation=self.situation,
            milestones=self.milestones,
            reports_milestones=self.reports_milestones,
            last=self.last_update if shown or any(map(data.get, FROM_THE_LAST)) else None,
            earlier=self.earlier,
            offer=offer,
            auto_id=f"id_{self.activity.id}_%s",
        )

    @property
    def offer(self) -> Offer:
        """The decisions on record by which the status may be set; only the Secretariat may."""
        if not may(self.request.standing, "edit_register"):
            return NO_OFFER
        part_id = self.part.id if self.part else None
        return offer_of(self.request, self.reading, OF_STATUS, self.activity.id, part_id=part_id)

    def is_current(self, form: StatusForm) -> bool:
        """Whether a form that was sent is made from what this request read: nothing was saved in between."""
        return form.is_valid() and form.cleaned_data["stamp"] == self.activity.stamp

    def report(self, form: StatusForm) -> str:
        """Carry out what the form says; returns where to go next."""
        update_status(
            activity=self.activity,
            part=self.part,
            statement=form.said(),
            deliveries=form.deliveries(),
            forecast_of=form.forecast_milestone(),
            by=self.request.standing,
            at=self.request.moment,
            expected=form.cleaned_data["stamp"],
            corrects=form.cleaned_data.get("corrects"),
            decision=form.cleaned_data.get("decision"),
            seen=Seen(self.activity.stamp, self.activity, self.milestones) if self.is_current(form) else None,
        )
        return self.activity_url

    def conflict(self, form: StatusForm) -> Conflicting:
        """What others saved since the form was made, beside what was typed; the form can then be sent on top of it."""
        stamp = stamp_of(self.activity.id)
        since = max(stamp - form.cleaned_data["stamp"], 0)
        form.renew(stamp)
        audit = Audit(self.reading, Criteria(activity_id=self.activity.id, kinds=UNDER_THE_STAMP))
        entries = audit.entries(audit.keys[:since], audit.names())
        seen = form.cleaned_data["seen"]
        updates = self.reading.status_updates.filter(activity_id=self.activity.id)
        theirs = updates.filter(number__gt=seen).first() if seen is not None else None
        return Conflicting(entries, compared(theirs, form) if theirs else [])

    # What is shown ------------------------------------------------------------------------------------------------

    @cached_property
    def activity_url(self) -> str:
        """The activity's page."""
        return reverse("activity", args=[self.reading.plan.slug, self.activity.key])

    @property
    def update_url(self) -> str:
        """The address of this form."""
        return self._url_of(self.part)

    def _url_of(self, part: Any) -> str:
        url = reverse("activity_update", args=[self.reading.plan.slug, self.activity.key])
        return f"{url}?{urlencode({'part': part.id})}" if part else url

    @property
    def anchor(self) -> str:
        """The id of the activity's row in the list."""
        return f"activity-{self.activity.id}"

    @property
    def in_list(self) -> bool:
        """Whether the list of activities asks for it, to put it into the row."""
        return bool(self.request.htmx) and self.request.htmx.target == self.anchor

    @property
    def subject(self) -> str:
        """What is reported on: ``12 Public/private project …``, with the part where it is one."""
        return f"{self.activity}, {self.part_words(self.part)}" if self.part else str(self.activity)

    @property
    def part_words_now(self) -> str:
        """The part that is reported on, in words; empty for the whole."""
        return self.part_words(self.part) if self.part else ""

    @property
    def offered(self) -> bool:
        """Whether the person may set any status: some stand by a decision."""
        return bool(choices(self.situation))

    def part_words(self, part: Any) -> str:
        """``Police – financial sector``."""
        label = self.reading.bodies[part.body_id].label
        return f"{label} – {part.scope}" if part.scope else label

    @property
    def part_choices(self) -> list[PartChoice]:
        """The parts that the person may report on, for the Secretariat the whole too; empty without a choice."""
        standing = self.request.standing
        everything = may(standing, "edit_register")
        mine = [part for part in self.parts if everything or part.body_id in standing.reporting_body_ids]
        offered = [*([None] if everything else []), *mine]
        if len(offered) < 2:
            return []
        return [
            PartChoice(self.part_words(part) if part else "The whole", self._url_of(part), part is self.part)
            for part in offered
        ]

    @property
    def dates_say(self) -> str:
        """What the dates say against it, put to the person while they write; empty where nothing is overdue."""
        late = [row for row in self.milestones if row.agreed_due and row.agreed_due < self.reading.on]
        if not late:
            return ""
        noun = "1 milestone is" if len(late) == 1 else f"{len(late)} milestones are"
        most = days(self.situation.overdue_days)
        return f"{noun} overdue, {'by' if len(late) == 1 else 'the oldest by'} {most}."

    def show(self, form: StatusForm, status: int = 200, conflict: Conflicting | None = None) -> HttpResponse:
        """The form, as a page or opened in the row of the list."""
        more: dict[str, Any] = {"form": form, "update": self, "conflict": conflict}
        if self.in_list:
            return self.row(status=status, **more)
        context = page_context(
            self.reading,
            "activities",
            overdue_count=getattr(self.activity, "overdue_count", None),
            activity=self.activity,
            **more,
        )
        return render(self.request, "register/update.html", context, status=status)

    def row(self, status: int = 200, focus: str = "title", **more: Any) -> HttpResponse:
        """The activity's row of the list as it is now, alone or with the form below it.

        Without the form the focus goes to the row's ``title``, or to its link to ``update``.
        """
        activity = activity_or_404(self.reading, self.activity.key)
        (row,) = register_rows(self.reading, [activity])
        context = {
            "plan": self.reading.plan,
            "reading": self.reading,
            "row": row,
            "columns": COLUMNS,
            "reportable": {activity.id},
            "focus": "" if "form" in more else focus,
            **more,
        }
        return render(self.request, "register/row.html", context, status=status)


def status_by(decision: Any) -> dict[str, str]:
    """The status that a decision allows, as the form begins with it; empty where it leaves the choice."""
    statuses = {Move.PAUSE: DeliveryStatus.PAUSED, Move.CLOSE: DeliveryStatus.NOT_DELIVERED}
    found = statuses.get(Move(decision.allows)) if decision else None
    return {"status": found.value} if found else {}


def compared(theirs: StatusUpdate, form: StatusForm) -> list[dict[str, str]]:
    """What another person reported beside what was typed: the status, and every text that either has."""
    chosen = str(form["status"].value() or "")
    mine = str(DeliveryStatus(chosen).label) if chosen in DeliveryStatus.values else ""
    rows = [
        {"label": "Reported by", "left": str(theirs.who), "right": "you"},
        {"label": "Delivery status", "left": theirs.after.label, "right": mine},
        {"label": "Milestones", "left": str(theirs.milestones_met), "right": ""},
    ]
    for name, typed in form.typed.items():
        said = in_form(getattr(theirs, name, ""))
        rows.append({"label": str(form[name].label), "left": said, "right": typed})
    return [row for row in rows if row["left"] or row["right"]]
