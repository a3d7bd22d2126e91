"""The Secretariat corrects what was filed: something else is accepted, in its own name and with the reason."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from activities.actions.returns import correct_return
from activities.actions.status import others_at_work, situation_with
from activities.forms.returns import label_of, typed_in, typed_of
from activities.forms.review import CorrectionForm
from activities.statuses import meaning_of
from activities.views.return_page import compared, shown
from activities.views.review import Meanwhile, UnderReview
from activities.workflow import Situation
from agencies.views.saving import save


@require_http_methods(["GET", "HEAD", "POST"])
def return_correct(request: HttpRequest, plan: str, ret: int) -> HttpResponse:
    """The form with what was filed in it; sent: 422 with what is wrong, 409 with both versions, else the next."""
    page = CorrectionPage.open(request, plan, ret, others_at_work=others_at_work())
    if request.method != "POST":
        return page.show(page.form())
    form = page.form(request.POST)
    outcome = save(request, form, lambda: page.carry_out(form))
    if outcome.saved:
        return redirect(outcome.next_url)
    # Where others were faster, the form may be wrong for that reason only: their version is what matters then.
    if outcome.conflict or page.is_newer_than(form):
        page = CorrectionPage.open(request, plan, ret, others_at_work=others_at_work())
        return page.show(form, status=409, meanwhile=page.meanwhile(form))
    return page.show(form, status=outcome.status)


@dataclass(frozen=True)
class CorrectionPage(UnderReview):
    """One request to file something else than what was filed."""

    @cached_property
    def reports(self) -> bool:
        """Whether milestones can be reported with it: while others work on their parts they cannot."""
        return self.review.ret.part_id is None or not self.review.ret.others_at_work

    @cached_property
    def situation(self) -> Situation:
        """What a report of the Secretariat would be made about."""
        found, who = self.review, {"by": self.request.standing, "on": self.reading.on}
        agreed = [each.agreed_due for each in found.milestones if each.is_open]
        return situation_with(found.activity, found.ret.part, agreed, self.reports, **who)

    def form(self, data: Any = None) -> CorrectionForm:
        """The form: with what was filed and the stamp of now, or as it was sent."""
        found = self.review
        return CorrectionForm(
            data,
            stamp=found.ret.stamp,
            initial={"seen": self.carried["seen"]},
            last_number=self.carried["last"],
            situation=self.situation,
            milestones=found.still_open,
            every=found.milestones,
            reports_milestones=self.reports,
            last=found.last,
            typed=typed_of(self.filing) if data is None and found.filings else None,
        )

    def carry_out(self, form: CorrectionForm) -> str:
        """Correct the return; returns where to go next."""
        said = form.cleaned_data
        why = {"reason": said["corrected_why"], "last": said["last"]}
        update = correct_return(report=form.report(), **why, **self.who(form))
        filed, label = self.review.filed, meaning_of(update.to_status).label.lower()
        name = filed.filing.person_name
        self.say(
            f"Corrected: {filed.subject} is {label}, as the Secretariat reports. What {name} filed stays on record."
        )
        return self.next_url()

    def meanwhile(self, form: CorrectionForm) -> Meanwhile:
        """What others did since the form was made; it can be sent again on top of it where the return still waits."""
        if not self.review.filings:
            return Meanwhile([], [], [])
        said, seen = form.cleaned_data, self.seen(form.cleaned_data)
        word, why = seen.answer or seen.outcome_label, str(form["corrected_why"].value() or "").strip()
        answers = [
            {"label": "Why", "left": word, "right": why},
            *compared(typed_of(self.filing), typed_in(form.data)),
        ]
        form.renew_on(self.review.ret.stamp, last=self.review.last_number, seen=self.filing.number)
        return Meanwhile(self.happened(said), [], answers)

    def show(self, form: CorrectionForm, *, status: int = 200, meanwhile: Meanwhile | None = None) -> HttpResponse:
        """The page as it is now."""
        more = {"meanwhile": meanwhile, "correction": True, "typed": typed(form) if form.is_bound else []}
        return render(self.request, "review/correct.html", self.context(form, **more), status=status)


def typed(form: CorrectionForm) -> list[tuple[str, str]]:
    """Everything that was typed, for a page that has no form for it any more."""
    why = str(form["corrected_why"].value() or "").strip()
    texts = [(label_of(name), shown(name, text)) for name, text in typed_in(form.data).items()]
    return [*([("Why you correct it", why)] if why else []), *texts]
