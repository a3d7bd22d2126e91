"""One return: what is asked and what came back, for everybody; for those who write it the form, kept as a draft.

Nothing typed is lost: what is refused comes back as it was sent (422), what somebody else overtook stands beside
theirs (409), and what can no longer be written is shown to be copied.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from activities.actions.return_rights import commenting, may_draft, target_of_return
from activities.actions.returns import file_return, return_stamp_expression, save_draft
from activities.actions.status import others_at_work, situation_with
from activities.answering import Cast, cast_of
from activities.dossier import ToldUpdate
from activities.forms.returns import CommentForm, DraftForm, NoChangeForm, ReturnForm, label_of, typed_in, typed_of
from activities.models import Comment, Filing
from activities.reading import Reading
from activities.returns import TO_REVIEW, ReturnState
from activities.statuses import DeliveryStatus
from activities.summaries.own_returns import OwnReturn, own_return
from activities.summaries.reviewing import Filed
from activities.views.common import page_context, present_of, reading_of
from activities.views.links import page_url
from activities.workflow import Situation, choices
from activities.working_days import Calendar
from agencies.permissions import Target, may
from agencies.views.saving import Outcome, save
from tnoc_tracker.record.days import moment_in_words
from tnoc_tracker.record.forms import new_once_key


@require_http_methods(["GET", "HEAD", "POST"])
def return_page(request: HttpRequest, plan: str, ret: int) -> HttpResponse:
    """The return; sent by whoever writes it: kept as a draft, or filed, and on to what is asked next."""
    page = ReturnPage.open(request, plan, ret)
    if request.method != "POST":
        return page.show()
    page.require_writer()
    return keep(page) if request.POST.get("do") == "draft" else file(page)


def keep(page: ReturnPage) -> HttpResponse:
    """Save what is typed as a draft, whatever is still missing."""
    request = page.request
    typed, form = typed_in(request.POST), DraftForm(request.POST)

    def carry_out() -> str:
        who = {"by": request.standing, "at": request.moment, "expected": form.cleaned_data["stamp"]}
        save_draft(ret=page.live, typed=typed, **who)
        return page.url

    outcome = save(request, form, carry_out)
    if outcome.saved:
        messages.success(request, f"Draft saved: {page.line.subject}. Colleagues of yours can go on with it.")
        return redirect(outcome.next_url)
    refused = [sentence for errors in form.errors.values() for sentence in errors]
    return page.again().show_typed(typed, outcome, refused=refused)


def file(page: ReturnPage) -> HttpResponse:
    """File what is typed; the Secretariat's own is accepted at once."""
    request, form = page.request, page.form(page.request.POST)

    def carry_out() -> str:
        who = {"by": request.standing, "at": request.moment, "expected": form.cleaned_data["stamp"]}
        file_return(ret=page.live, report=form.report(), **who)
        return page.next_url

    outcome = save(request, form, carry_out)
    if outcome.saved:
        page.say_filed("Filed")
        return redirect(outcome.next_url)
    if outcome.conflict:
        return page.again().show_typed(typed_in(request.POST), outcome, form=form)
    return page.again().show(form, status=outcome.status)


@dataclass(frozen=True)
class Overtaken:
    """Somebody else was faster: what they did since the form was made, and the two versions of its words."""

    happened: list[str]
    rows: list[dict[str, str]]


@dataclass(frozen=True)
class ReturnPage:
    """One request about one return, as it is now; at a past position it is only read."""

    request: Any
    reading: Reading
    line: OwnReturn

    @classmethod
    def open(cls, request: HttpRequest, plan: str, ret_id: int, *, writing: bool = False) -> ReturnPage:
        """Look up the return; 404 where there is none, 403 for ``writing`` at a past position.

        The stamp is read with it: what comes after is newer.
        """
        reading = present_of(request, plan) if writing or request.method == "POST" else reading_of(request, plan)
        more = {} if reading.is_past else {"stamp": return_stamp_expression(), "others_at_work": others_at_work()}
        line = own_return(reading, ret_id, calendar=Calendar.closed_on(settings.CLOSED_DAYS), **more)
        if line is None:
            raise Http404
        line.activity.plan = reading.plan
        return cls(request, reading, line)

    def again(self) -> ReturnPage:
        """The same as it is by now."""
        return ReturnPage.open(self.request, self.reading.plan.slug, self.line.ret.id)

    # Who may do what ----------------------------------------------------------------------------------------------

    @property
    def live(self) -> Any:
        """The return as use cases take it."""
        ret = self.line.ret
        ret.activity, ret.body = self.line.activity, self.line.body
        return ret

    @cached_property
    def cast(self) -> Cast:
        """Who holds which role in the activity."""
        return cast_of(self.reading, self.line.activity.id)

    @cached_property
    def may_draft(self) -> bool:
        """Whether the person is one of those who write it, and read its draft."""
        if self.reading.is_past:
            return False
        return may_draft(self.live, self.request.standing, self.reading.on, self.cast)

    @cached_property
    def may_file(self) -> bool:
        """Whether the person may file it: who writes it, and the Secretariat in its own name."""
        if self.reading.is_past:
            return False
        target = target_of_return(self.live, self.reading.on, self.cast)
        return may(self.request.standing, "update_status", target)

    @property
    def instead(self) -> bool:
        """Whether the Secretariat asks to write it instead of the body that was asked."""
        return "instead" in self.request.GET and self.may_file and not self.may_draft

    @property
    def writes(self) -> bool:
        """Whether the form is there: for those who write it, while it is theirs to write."""
        return self.line.is_with_body and (self.may_draft or self.instead) and bool(choices(self.situation))

    @property
    def commenters(self) -> Target:
        """The bodies whose members may comment."""
        return commenting(self.live, self.cast)

    @property
    def may_comment(self) -> bool:
        """Whether the person may add a comment now: nobody to what is accepted, or at a past position."""
        is_open = self.line.ret.is_open and not self.line.round.is_closed and not self.reading.is_past
        return is_open and may(self.request.standing, "comment_on_return", self.commenters)

    @property
    def may_review(self) -> bool:
        """Whether it waits for the person's review."""
        waits = self.line.ret.state in TO_REVIEW and self.line.ret.dropped_on is None and not self.line.round.is_closed
        return waits and not self.reading.is_past and may(self.request.standing, "run_rounds")

    @property
    def files_at_once(self) -> bool:
        """Whether what the person files is in the register at once."""
        return may(self.request.standing, "run_rounds")

    def require_writer(self) -> None:
        """403 for somebody who may read this, but not write it."""
        if not self.may_file:
            raise PermissionDenied("You may read this return, but not write it. Help says who may.")

    # What is asked and said ---------------------------------------------------------------------------------------

    @cached_property
    def reports(self) -> bool:
        """Whether milestones can be reported with it: while others work on their parts they cannot."""
        return self.line.part is None or not self.line.ret.others_at_work

    @cached_property
    def situation(self) -> Situation:
        """What a report would be made about."""
        line, who = self.line, {"by": self.request.standing, "on": self.reading.on}
        agreed = [each.agreed_due for each in line.still_open]
        return situation_with(line.activity, line.part, agreed, self.reports, **who)

    @property
    def draft(self) -> Any:
        """What was typed and not filed; None where there is nothing, and for everybody who does not write it."""
        draft = getattr(self.line.ret, "draft", None) if self.may_draft else None
        return draft if draft is not None and draft.typed else None

    @property
    def is_begun(self) -> bool:
        """Whether somebody has begun to write it, as everybody may know."""
        return bool(self.line.ret.state == ReturnState.DRAFT)

    @property
    def draft_saved(self) -> str:
        """When the draft was saved: ``15 February 2022, 10:05 am``."""
        return moment_in_words(self.draft.saved_at)

    @cached_property
    def filings(self) -> list[Filed]:
        """What was filed so far, the latest first."""
        line = self.line
        if not line.ret.filings:
            return []
        rows = self.reading.known(Filing.objects.filter(ret_id=line.ret.id)).order_by("-number")
        return [Filed(line.ret, each, line.activity, line.body, line.milestones, self.reading.on) for each in rows]

    @cached_property
    def comments(self) -> list[dict[str, Any]]:
        """What others added, in order."""
        rows = self.reading.known(Comment.objects.filter(ret_id=self.line.ret.id)).order_by("at", "id")
        return [{"comment": each, "body": self.reading.bodies[each.body_id].label} for each in rows]

    @property
    def last(self) -> ToldUpdate | None:
        """What was said last time, as a page tells it."""
        return ToldUpdate(self.line.last, "") if self.line.last else None

    @property
    def wanted(self) -> Any:
        """The filing that was sent back with what is wanted; None where none is to be written again."""
        sent_back = self.line.is_with_body and self.line.ret.state == ReturnState.SENT_BACK
        return self.filings[0].filing if sent_back and self.filings else None

    @property
    def set_aside(self) -> list[tuple[str, str]]:
        """A draft that was not filed and can be no more, for those who wrote it."""
        if self.line.is_with_body or self.draft is None:
            return []
        return [(label_of(name), shown(name, text)) for name, text in self.draft.typed.items()]

    @property
    def set_aside_note(self) -> str:
        """Whose it is."""
        readers = f"only those who may report for {self.line.writer} see it"
        return f"{self.draft.person_name} saved it, {self.draft_saved}; {readers}."

    @cached_property
    def no_change(self) -> NoChangeForm | None:
        """The click that nothing has changed, where that may be said."""
        if self.line.why_not_unchanged:
            return None
        return NoChangeForm(stamp=self.line.ret.stamp, auto_id=False)

    @property
    def gaps(self) -> list[str]:
        """Where nobody answers, or nobody yet stands behind a collective, put to whoever writes."""
        to_be_set = [held.body.label for held in self.cast.roles if held.body and held.membership_to_be_set]
        found = [f"{label} stands for nobody yet: membership to be set." for label in dict.fromkeys(to_be_set)]
        return [f"{self.line.gap}: say what stands in the way of naming one.", *found] if self.line.gap else found

    @property
    def taken_up(self) -> dict[str, str]:
        """What the form begins with: the draft, else what was sent back."""
        if self.draft:
            return dict(self.draft.typed)
        return typed_of(self.wanted) if self.wanted else {}

    def form(self, data: Any = None, typed: dict[str, str] | None = None) -> ReturnForm:
        """The form: fresh with what it begins with (or ``typed``) and the stamp of now, or as it was sent."""
        return ReturnForm(
            data,
            stamp=self.line.ret.stamp,
            initial={"seen": self.line.ret.filings},
            situation=self.situation,
            milestones=self.line.still_open,
            every=self.line.milestones,
            reports_milestones=self.reports,
            last=self.line.last,
            typed=None if data else self.taken_up if typed is None else typed,
        )

    # Addresses and words ------------------------------------------------------------------------------------------

    @property
    def url(self) -> str:
        """The address of this page."""
        return page_url(self.reading, "return_page", self.line.ret.id, instead="1" if self.instead else "")

    @property
    def next_url(self) -> str:
        """Where filing leads: to what is asked next; who wrote it for another body, back to it."""
        if self.instead:
            return page_url(self.reading, "return_page", self.line.ret.id)
        return page_url(self.reading, "my_returns", after=str(self.line.ret.id))

    def say_filed(self, done: str) -> None:
        """Say what was done, and what becomes of it."""
        then = "It is in the register." if self.files_at_once else "The Secretariat reviews it."
        messages.success(self.request, f"{done}: {self.line.subject}. {then}")

    def overtaken(self, typed: dict[str, str], seen: int) -> Overtaken:
        """What others did since a form was made from ``seen`` filings, beside what was typed into it."""
        happened, theirs = [], {}
        if self.line.ret.filings > seen:
            newest = self.filings[0].filing
            happened.append(f"{newest.person_name} filed it, {moment_in_words(newest.at)}.")
            theirs = typed_of(newest)
        if self.draft:
            happened.append(f"{self.draft.person_name} saved a draft, {self.draft_saved}.")
            theirs = dict(self.draft.typed)
        state = f"{self.line.ret.meaning.label}, {self.line.due_in_words}"
        happened.append(f"The return is now: {state[0].lower()}{state[1:]}.")
        return Overtaken(happened, compared(theirs, typed))

    # What is shown ------------------------------------------------------------------------------------------------

    def show_typed(
        self,
        typed: dict[str, str],
        outcome: Outcome,
        *,
        form: ReturnForm | None = None,
        refused: list[str] | None = None,
    ) -> HttpResponse:
        """The page with what was typed, beside what others wrote where they were faster."""
        context: dict[str, Any] = {"refused": refused or []}
        if outcome.conflict:
            seen = self.request.POST.get("seen", "")
            seen_filings = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 9 else 0
            context["overtaken"] = self.overtaken(typed, seen_filings)
        if self.writes and form is not None:
            form.renew_for(self.line.ret.stamp, seen=self.line.ret.filings)
        elif self.writes:
            form = self.form(typed=typed)
        return self.show(form, status=outcome.status, typed=typed, **context)

    def show(
        self,
        form: ReturnForm | None = None,
        *,
        status: int = 200,
        typed: dict[str, str] | None = None,
        commenting: CommentForm | None = None,
        **more: Any,
    ) -> HttpResponse:
        """The page as it is now; without ``form`` with a fresh one, for those who write it."""
        if form is not None and not self.writes:  # it can no longer be written: what is wrong is said all the same
            more = {"refused": [sentence for errors in form.errors.values() for sentence in errors], **more}
        if commenting is not None and not self.may_comment:
            more = {"refused": [sentence for errors in commenting.errors.values() for sentence in errors], **more}
        form = (form or self.form()) if self.writes else None
        sent = typed_in(self.request.POST) if self.request.method == "POST" and typed is None else typed
        fresh = CommentForm(initial={"once": new_once_key()}, auto_id="comment_%s")
        context = {
            "page": self,
            "line": self.line,
            "form": form,
            "activity": self.line.activity,
            "commenting": (commenting or fresh) if self.may_comment else None,
            "typed": [] if form else [(label_of(name), shown(name, text)) for name, text in (sent or {}).items()],
            "once": new_once_key(),
            **more,
        }
        counted = self.line.activity.overdue_count
        here = page_context(self.reading, "returns", overdue_count=counted, **context)
        return render(self.request, "returns/page.html", here, status=status)


def shown(name: str, text: str) -> str:
    """What was typed as a page shows it: a status by its name."""
    return str(DeliveryStatus(text).label) if name == "status" and text in DeliveryStatus.values else text


def compared(theirs: dict[str, str], mine: dict[str, str]) -> list[dict[str, str]]:
    """Two versions of a return side by side: every field that either has; nothing where there is only one."""
    names = [*theirs, *(name for name in mine if name not in theirs)] if theirs else []
    return [
        {
            "label": label_of(name),
            "left": shown(name, theirs.get(name, "")),
            "right": shown(name, mine.get(name, "")),
        }
        for name in names
    ]
