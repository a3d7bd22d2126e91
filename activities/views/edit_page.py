"""What the pages share on which the Secretariat changes something of one activity: look-up, form, saving, answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from activities.actions.common import stamp_by_key, stamp_of
from activities.audit import Audit, Criteria
from activities.models import Milestone, Role
from activities.views.change_page import ChangePage, Conflicting, Done
from activities.views.common import activity_or_404, page_context, present_of, require
from tnoc_tracker.record.forms import RegisterForm

UNDER_THE_STAMP = ("activity", "milestone", "part", "role")
"""The kinds of entries that move an activity's stamp."""


@dataclass(frozen=True)
class EditPage(ChangePage):
    """A page about one activity; ``stamp`` is the state that a fresh form is made from."""

    stamp: int
    activity: Any

    @classmethod
    def open(cls, request: HttpRequest, plan: str, key: str) -> EditPage:
        """The page of an activity: 404 where there is none to be known of, 403 for those who may only read it."""
        reading = present_of(request, plan)
        stamp = stamp_by_key(reading.plan.id, key)
        if stamp is None:
            raise Http404
        require(request, "edit_register")
        # Read after the stamp: what somebody changes in between makes the form older than the register, not newer.
        return cls(request, reading, stamp, activity_or_404(reading, key))

    @property
    def made_from(self) -> int:
        """The activity's stamp, read before everything else."""
        return self.stamp

    @property
    def back(self) -> str:
        """The activity's page."""
        return self.address("activity")

    def milestone(self, milestone_id: int) -> Any:
        """A milestone of the activity, with its due state where the activity is not withdrawn; else 404."""
        rows = self.reading.rows(Milestone).filter(activity_id=self.activity.id, id=milestone_id)
        return _or_404(rows.first())

    def role(self, role_id: int) -> Any:
        """A role of the activity, ended ones included; else 404."""
        return _or_404(self.reading.rows(Role).filter(activity_id=self.activity.id, id=role_id).first())

    def address(self, name: str, *more: Any) -> str:
        """The address of a page of this activity."""
        return reverse(name, args=[self.reading.plan.slug, self.activity.key, *more])

    def show(self, template: str, status: int = 200, **context: Any) -> HttpResponse:
        """The page as it is now."""
        context |= {"activity": self.activity, "to": context.get("back"), "tabs": self._tabs(), "may_look_back": False}
        here = page_context(self.reading, "activities", **context)
        return render(self.request, template, here, status=status)

    def said(self, form: RegisterForm, result: Any, done: Done) -> str:
        """What was done; nothing where the activity's stamp has not moved."""
        unmoved = stamp_of(self.activity.id) == form.cleaned_data["stamp"]
        return "" if unmoved else super().said(form, result, done)

    def conflict(self, form: RegisterForm, now: dict[str, Any]) -> Conflicting:
        """What was changed since the form was made: the stamps differ by the number of entries."""
        stamp = stamp_of(self.activity.id)
        since = max(stamp - form.cleaned_data["stamp"], 0)
        form.renew(stamp)
        audit = Audit(self.reading, Criteria(activity_id=self.activity.id, kinds=UNDER_THE_STAMP))
        rows = [
            {"label": str(form[name].label), "left": _lines(value), "right": _lines(form[name].value())}
            for name, value in now.items()
            if name in form.fields
        ]
        return Conflicting(audit.entries(audit.keys[:since], audit.names()), rows)

    def _tabs(self) -> list[dict[str, Any]]:
        """The pages of an activity's editing."""
        pages = [
            ("The activity", "activity"),
            ("Words", "activity_words"),
            ("Roles", "activity_roles"),
            ("Milestones", "activity_milestones"),
            ("Reinstate", "activity_reinstate") if self.activity.withdrawn_on else ("Withdraw", "activity_withdraw"),
        ]
        here = self.request.resolver_match.url_name if self.request.resolver_match else ""
        here = {"role_end": "activity_roles"}.get(here or "", here)
        here = "activity_milestones" if (here or "").startswith("milestone_") else here
        return [{"label": label, "url": self.address(name), "current": name == here} for label, name in pages]


def _lines(value: object) -> str:
    """What was typed, with the line ends of the register: browsers send others."""
    return str(value or "").replace("\r\n", "\n").strip()


def _or_404(row: Any) -> Any:
    if row is None:
        raise Http404
    return row
