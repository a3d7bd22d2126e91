"""The Secretariat reviews one return after the other: what was filed beside what was said last, and its answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods

from activities.actions.returns import accept_return, return_stamp_expression, send_back
from activities.forms.review import ReviewForm
from activities.models import Filing, StatusUpdate
from activities.reading import Reading
from activities.statuses import meaning_of
from activities.summaries.review_queue import waiting_ids
from activities.summaries.reviewing import Review, after, review
from activities.views.common import page_context, present_of, require
from activities.views.links import page_url
from agencies.views.saving import save
from tnoc_tracker.record.days import day_of, long_date, moment_in_words


@require_http_methods(["GET", "HEAD", "POST"])
def return_review(request: HttpRequest, plan: str, ret: int) -> HttpResponse:
    """What was filed beside what was said last; sent: 422 with what is wrong, 409 with both versions, else the next."""
    page = ReviewPage.open(request, plan, ret)
    form = page.form()
    if request.method != "POST":
        return page.show(form)
    outcome = save(request, form, lambda: page.carry_out(form))
    if outcome.saved:
        return redirect(outcome.next_url)
    meanwhile = None
    if outcome.conflict:
        page = ReviewPage.open(request, plan, ret)
        meanwhile = page.meanwhile(form)
    return page.show(form, status=outcome.status, meanwhile=meanwhile)


@dataclass(frozen=True)
class Meanwhile:
    """Somebody was faster: what they did since the form was made, and the two versions.

    ``rows`` are what the reviewer saw beside what is filed now, where it was filed again; ``answers`` what stands on
    record beside what was not saved.
    """

    happened: list[str]
    rows: list[dict[str, str]]
    answers: list[dict[str, str]]


@dataclass(frozen=True)
class UnderReview:
    """One request of the Secretariat about a return: looked up with everything around it."""

    request: Any
    reading: Reading
    review: Review

    @classmethod
    def open(cls, request: HttpRequest, plan: str, ret: int, **more: Any) -> Self:
        """Look up a return; 404 where there is none, 403 for those who may only read it. ``more`` is read with it."""
        reading = present_of(request, plan)
        require(request, "run_rounds")
        # The stamp is read with the return: what is read after it is at least as new as it says.
        more |= {"stamp": return_stamp_expression(), "overdue_count": reading.overdue_total}
        found = review(reading, ret, **more)
        if found is None:
            raise Http404
        return cls(request, reading, found)

    @property
    def carried(self) -> dict[str, Any]:
        """What a fresh form carries: the newest filing and the newest report that the page shows."""
        seen = self.review.filings[0].number if self.review.filings else None
        return {"last": self.review.last_number, "seen": seen}

    def who(self, form: Any) -> dict[str, Any]:
        """What the use cases take: the return, who, when, and the state that the form was made from."""
        standing, moment = self.request.standing, self.request.moment
        return {"ret": self.review.ret, "by": standing, "at": moment, "expected": form.cleaned_data["stamp"]}

    def say(self, *sentences: str) -> None:
        """Tell what was done."""
        messages.success(self.request, " ".join(sentences))

    def next_url(self, *, to_queue: bool = False) -> str:
        """The return that waits next, or its line in the queue; the queue where none waits."""
        ret, still = self.review.ret, set(waiting_ids(self.reading, self.review.ret.round_id))
        following = after([each for each in self.review.order if each in still or each == ret.id], ret.id)
        back = page_url(self.reading, "review_queue", ret.round.quarter_key)
        if to_queue or following is None:
            return f"{back}#return-{following}" if following else back
        return page_url(self.reading, "return_review", following)

    def is_newer_than(self, form: Any) -> bool:
        """Whether the return has changed since a form was made, whatever else is wrong with the form."""
        stamp = form.cleaned_data.get("stamp")
        return stamp is not None and stamp != self.review.ret.stamp

    def seen(self, said: dict[str, Any]) -> Filing:
        """The filing that a form was made from."""
        filings = self.review.filings
        found: Filing = next((each for each in filings if each.number == said.get("seen")), self.filing)
        return found

    @property
    def filing(self) -> Any:
        """The newest filing."""
        return self.review.filings[0]

    def happened(self, said: dict[str, Any]) -> list[str]:
        """What others did since a form was made, the oldest first."""
        seen = self.seen(said)
        last = said.get("last", self.review.last_number)
        updates = [] if seen.outcome else [each for each in self.review.updates if each.number > last]
        return [*happened_to(self.review.filings, seen), *(directly(each) for each in reversed(updates))]

    def versions(self, said: dict[str, Any]) -> list[dict[str, str]]:
        """What a form was made from beside what is filed now; nothing where that is the same."""
        seen = self.seen(said)
        return [] if seen == self.filing else versions(self.review, seen)

    def context(self, form: Any, **more: Any) -> dict[str, Any]:
        """What every page of a return under review shows."""
        found = self.review
        told = said_and_filed(found) if found.filings else {}
        return page_context(
            self.reading,
            "rounds",
            overdue_count=found.ret.overdue_count,
            review=found,
            round=found.round,
            form=form,
            may_look_back=False,
            state_words=f"{found.ret.meaning.label}: {found.ret.meaning.meaning}",
            **told,
            **more,
        )


@dataclass(frozen=True)
class ReviewPage(UnderReview):
    """One request to review a return."""

    def form(self) -> ReviewForm:
        """The form: fresh with the stamp of now, or as it was sent."""
        who = self.review.filed.who if self.review.filings else ""
        if self.request.method == "POST":
            return ReviewForm(self.request.POST, who=who)
        return ReviewForm(stamp=self.review.ret.stamp, initial=self.carried, who=who)

    def carry_out(self, form: ReviewForm) -> str:
        """Answer the return; returns where to go next."""
        said = form.cleaned_data
        if form.accepts:
            update = accept_return(answer=said["answer"], last=said["last"], **self.who(form))
            self.say(*accepted(self.review, update, said["answer"]))
        else:
            send_back(answer=said["answer"], **self.who(form))
            self.say(f"Sent back to {self.review.filed.who}: {self.review.filed.subject}.")
        return self.next_url(to_queue=said["queue"])

    def meanwhile(self, form: ReviewForm) -> Meanwhile:
        """What others did since the form was made; it can be sent again on top of it where the return still waits."""
        said = form.cleaned_data
        if not self.review.filings:
            return Meanwhile([], [], [])
        seen, answers = self.seen(said), []
        if not self.review.waits:
            theirs = answer_in_words(seen.outcome_label, seen.answer)
            answers = [
                {"label": "Answer", "left": theirs, "right": answer_in_words(form.verdict_label, said["answer"])}
            ]
        form.renew_for(self.review.ret.stamp, last=self.review.last_number, seen=self.filing.number)
        return Meanwhile(self.happened(said), self.versions(said), answers)

    def show(self, form: ReviewForm, *, status: int = 200, meanwhile: Meanwhile | None = None) -> HttpResponse:
        """The page of the return as it is now."""
        word = form["answer"].value()
        more = {"meanwhile": meanwhile, "typed": [("Your word", word)] if word else [], "comments": self.comments}
        return render(self.request, "review/return.html", self.context(form, **more), status=status)

    @property
    def comments(self) -> list[dict[str, str]]:
        """What others have added, with who they are."""
        bodies = self.reading.bodies
        return [
            {
                "text": each.text,
                "who": f"{each.person_name}, {bodies[each.body_id].label}, {long_date(day_of(each.at))}",
            }
            for each in self.review.comments
        ]


def answer_in_words(verdict: str, word: str) -> str:
    """``Send back: Which bank?``; ``Accepted``."""
    return f"{verdict}: {word}" if word else verdict


def said_and_filed(found: Review) -> dict[str, Any]:
    """What was said last beside what was filed, as the component takes it."""
    filed, last = found.filed.filing, found.last
    status = ("Delivery status", last.after.label if last else "", filed.after.label)
    evidence = ("Evidence", evidence_link(last) if last else "", evidence_link(filed))
    rows = [status, *found.pairs, *([evidence] if evidence[1] or evidence[2] else [])]
    return {
        "rows": [{"label": label, "left": left, "right": right} for label, left, right in rows],
        "facts": [(label, now) for label, _, now in rows],
        "last_title": f"Said last, {long_date(last.said_on)}, {last.person_name}" if last else "",
        "filed": found.filed,
        "filed_title": f"Filed {long_date(found.filed.filed_on)}, {filed.person_name}",
    }


def evidence_link(said: Any) -> str:
    """The link to the evidence, to be opened; empty where there is none."""
    url = said.evidence_link
    return format_html('<a href="{}" rel="noopener noreferrer">{}</a>', url, url) if url else ""


def accepted(found: Review, update: StatusUpdate, answer: str) -> list[str]:
    """What an acceptance came to, in sentences."""
    filed, label = found.filed, meaning_of(update.to_status).label.lower()
    verb = "is" if filed.moves else "stays"
    told = [f"Accepted: {filed.subject} {verb} {label}, in the name of {filed.filing.person_name}."]
    # What could not be taken over stands after the word, in the answer on record.
    if aside := update.filing.answer.removeprefix(answer.strip()).strip():
        told.append(aside)
    elif filed.new_dates:
        told.append("Its new dates wait for an answer among the proposed dates.")
    return told


def happened_to(filings: tuple[Filing, ...], seen: Filing) -> list[str]:
    """What became of a filing since somebody saw it, and what was filed after it, the oldest first."""
    told = []
    if seen.outcome and seen.answered_at:
        word = f": “{seen.answer}”" if seen.answer else ""
        told.append(f"{seen.answered_by}, {moment_in_words(seen.answered_at)} – {seen.outcome_label}{word}")
    for each in reversed([each for each in filings if each.number > seen.number]):
        verb = "Filed instead" if each.corrects_id else "Filed again"
        told.append(f"{each.person_name}, {moment_in_words(each.at)} – {verb}: {each.after.label}")
    return told


def directly(update: StatusUpdate) -> str:
    """A report past the return, in a line."""
    return f"{update.who}, {moment_in_words(update.at)} – Reported: {update.after.label}. {update.why}"


def versions(found: Review, seen: Filing) -> list[dict[str, str]]:
    """What the reviewer saw beside what is filed now, by its label; what neither says is left out."""
    was, now = found.filed_as(seen), found.filed
    rows = [
        {"label": "Filed by", "left": was.filing.person_name, "right": now.filing.person_name},
        {"label": "Delivery status", "left": was.filing.after.label, "right": now.filing.after.label},
        *(
            {"label": label, "left": left, "right": right}
            for (label, left), (_, right) in zip(was.facts, now.facts, strict=True)
        ),
    ]
    return [row for row in rows if row["left"] or row["right"]]
