"""Mail: the messages that were sent to a person; the Secretariat sees everybody's, and what may not have left."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from activities.forms.mail import MailFilterForm
from activities.reminders import KINDS
from activities.reminders.writing import shown
from activities.summaries.headline import numbered
from activities.summaries.reminded import topics_in_words
from activities.views.common import page_of
from agencies.actions.common import Refused
from agencies.actions.messages import NoMailServer, may_be_sent_again, send_again
from agencies.models import Message, MessageState
from agencies.permissions import may
from tnoc_tracker.record.change import Conflict
from tnoc_tracker.record.clock import machine_now
from tnoc_tracker.record.days import moment_in_words
from tnoc_tracker.record.forms import STALE, RegisterForm

View = Callable[..., HttpResponse]


@dataclass(frozen=True)
class Line:
    """A message in the list: what it is, and whether the person may send it again."""

    message: Message
    kind: str
    may_send: bool


def reads_all(request: HttpRequest) -> bool:
    """Whether the person reads everybody's messages, and may send one again."""
    return may(request.standing, "read_mail")


def found_for(allowed: Callable[[HttpRequest, Message], bool]) -> Callable[[View], View]:
    """Look a message up for whoever may know of it; for everybody else there is none, however it is asked for."""

    def decorate(view: View) -> View:
        @wraps(view)
        def looked_up(request: HttpRequest, message: int) -> HttpResponse:
            found = Message.objects.select_related("person").filter(id=message).first()
            if found is None or not allowed(request, found):
                raise Http404
            return view(request, found)

        return looked_up

    return decorate


@require_safe
def mail(request: HttpRequest) -> HttpResponse:
    """One's own messages, the newest first; for the Secretariat everybody's, what may not have left before all."""
    everybody = reads_all(request)
    form = MailFilterForm(request.GET, everybody=everybody)
    readable = Message.objects.all() if everybody else Message.objects.filter(person=request.user.id)
    # Sorted by state: “sending” comes before “sent”.
    rows = form.narrow(readable.select_related("person")).order_by("state", "-made_at", "-id")
    page, now = page_of(request, rows), machine_now()
    context = {
        "section": "mail",
        "title": _finding(page.paginator.count, readable.filter(state=MessageState.SENDING).count(), form, everybody),
        "everybody": everybody,
        "form": form,
        "page": page,
        "lines": [Line(each, _kind(each), everybody and may_be_sent_again(each, now)) for each in page],
        "kept": not settings.MAIL_LEAVES,
    }
    return render(request, "mail/list.html", context)


def _finding(count: int, left: int, form: MailFilterForm, everybody: bool) -> str:
    """``1 message may not have left``, ``12 messages to you``."""
    if left and everybody:
        return f"{numbered(left, 'message')} may not have left"
    if not count and not form.narrows:
        return "No message yet"
    return numbered(count, "message") + (" match" if form.narrows else "" if everybody else " to you")


def _kind(each: Message) -> str:
    return KINDS.get(each.kind, each.kind.capitalize())


@found_for(lambda request, found: found.person_id == request.user.id or reads_all(request))
@require_safe
def message(request: HttpRequest, found: Message) -> HttpResponse:
    """One message as it was sent, in both forms, and what it was for."""
    facts = [
        ("To", f"{found.person.name}, {found.address}"),
        ("For", found.on),
        ("State", _state(found)),
        ("Tried", numbered(found.attempts, "time") if found.attempts > 1 else ""),
    ]
    context = {
        "section": "mail",
        "found": found,
        "kind": _kind(found),
        "facts": facts,
        "topics": topics_in_words(found.topics.order_by("id").values_list("topic", flat=True)),
        "shown": shown(found.html),
        "may_send": reads_all(request) and may_be_sent_again(found, machine_now()),
    }
    return render(request, "mail/message.html", context)


def _state(found: Message) -> str:
    """``Sent on 15 February 2022, 10:00 am``, by the machine's clock."""
    if found.sent_at is None:
        return "Sending"
    return f"{'Sent' if settings.MAIL_LEAVES else 'Kept here'} on {moment_in_words(found.sent_at)}"


@found_for(lambda request, found: reads_all(request))
@require_POST
def message_send(request: HttpRequest, found: Message) -> HttpResponse:
    """Send a message again that was left behind; the Secretariat only.

    Its row is committed before it leaves, so the form's once-only key cannot be spent in one transaction with it: the
    number of attempts it was made from keeps a form sent twice from sending twice.
    """
    form = RegisterForm(request.POST)
    try:
        if not form.is_valid():
            raise Refused({"": STALE})
        attempts = form.cleaned_data["stamp"]
        found = send_again(message=found, attempts=attempts, by=request.standing, on=request.today, now=machine_now())
    except (Refused, Conflict, NoMailServer) as problem:
        messages.error(request, str(problem))
    else:
        said = f"The message to {found.person.name} "
        if found.is_sent:
            messages.success(request, f"{said}has left.")
        else:
            messages.error(request, f"{said}could not be sent: {found.error}")
    return redirect("message", found.id)
