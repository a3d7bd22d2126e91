"""The queue of a round's returns that wait for review: accepted in one click, one by one or all that are unchanged."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render

from activities.actions.returns import accept_unchanged as accept_everything_unchanged
from activities.actions.returns import return_stamp_expression
from activities.forms.review import ACCEPT, ReviewForm, UnchangedForm
from activities.reading import Reading
from activities.summaries.headline import numbered
from activities.summaries.review_queue import InQueue, Queue, queue
from activities.views.common import page_context, present_of, require
from activities.views.links import page_url
from activities.views.rounds import round_or_404
from agencies.views.saving import save


def review_queue(request: HttpRequest, plan: str, quarter: str) -> HttpResponse:
    """What of a round waits for review, the oldest filing first; nothing left: what to do next."""
    reading = present_of(request, plan)
    require(request, "run_rounds")
    held = round_or_404(reading, quarter)
    # Whoever may not run rounds is told so first, whatever they send.
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "HEAD"])
    return show_queue(request, reading, held)


def accept_unchanged(request: HttpRequest, plan: str, quarter: str) -> HttpResponse:
    """Accept everything in sight that confirms no change."""
    reading = present_of(request, plan)
    require(request, "run_rounds")
    held = round_or_404(reading, quarter)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    form = UnchangedForm(request.POST)
    back = page_url(reading, "review_queue", quarter)

    def carry_out() -> str:
        sent: Any = request
        done = accept_everything_unchanged(round=held, by=sent.standing, at=sent.moment, seen=form.stamps)
        say_accepted(request, len(done), len(form.stamps) - len(done))
        return back

    outcome = save(request, form, carry_out)
    if outcome.saved:
        return redirect(outcome.next_url)
    return show_queue(request, reading, held, status=outcome.status, form=form)


def say_accepted(request: HttpRequest, done: int, left: int) -> None:
    """How many were accepted, and that the others have moved since the page was opened."""
    if done:
        messages.success(request, f"Accepted: {numbered(done, 'return')} without a change.")
    if left:
        stay = "1 return has changed" if left == 1 else f"{left} returns have changed"
        messages.warning(request, f"{stay} since you opened the page, or can no longer be accepted: look at each.")


def show_queue(
    request: HttpRequest, reading: Reading, held: Any, *, status: int = 200, form: UnchangedForm | None = None
) -> HttpResponse:
    """The queue as it is now."""
    found = queue(reading, held, return_stamp_expression())
    context = page_context(
        reading,
        "rounds",
        overdue_count=held.overdue_count,
        round=held,
        queue=found,
        lines=[{"each": each, "form": quick_form(each)} for each in found.waiting],
        unchanged=UnchangedForm.of(found.stamps),
        sent=form,
        may_look_back=False,
        **next_steps(found),
    )
    return render(request, "review/queue.html", context, status=status)


def quick_form(each: InQueue) -> ReviewForm | None:
    """What accepts a return in one click; None where somebody has reported on the same since: it is to be read."""
    if each.overtaken:
        return None
    carried = {"verdict": ACCEPT, "last": each.last_number, "seen": each.filing.number, "queue": True}
    return ReviewForm(stamp=each.ret.stamp, initial=carried, auto_id=False)


def next_steps(found: Queue) -> dict[str, Any]:
    """What there is to do where nothing waits."""
    if found.round.is_closed:
        return {"next_words": f"The round of {found.round} is closed.", "next_page": "round", "next_label": "The round"}
    if found.missing_in_words:
        told = f"{found.returned} of {len(found.returns)} returned. {found.missing_in_words}."
        return {"next_words": told, "next_page": "round", "next_label": "See who is missing"}
    told = f"All {len(found.returns)} returned and reviewed: the round can be closed."
    return {"next_words": told, "next_page": "round_close", "next_label": "Close the round"}
