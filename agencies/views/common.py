"""What the pages of people and bodies share: the access check, and a form on a page of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from agencies.actions.common import stamp_of_person
from agencies.history import in_words
from agencies.models import Person
from agencies.permissions import may
from agencies.views.saving import Outcome, save
from tnoc_tracker.record.forms import RegisterForm

View = Callable[..., HttpResponse]


def for_administrators(view: View) -> View:
    """A page for administrators only: for everybody else there is no such page.

    The mark on the view lets the middleware through to it without a membership of any body.
    """

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not may(request.standing, "manage_people"):  # type: ignore[attr-defined]
            raise Http404
        return view(request, *args, **kwargs)

    checked.for_administrators = True  # type: ignore[attr-defined]
    return checked


def person_or_404(person_id: int | None) -> Person:
    """The person at an address."""
    found: Person = get_object_or_404(Person, id=person_id)
    return found


def site_address(request: HttpRequest) -> str:
    """Where the tracker is reached, without a slash at the end: the setting, else as this request came."""
    return settings.SITE_ADDRESS or request.build_absolute_uri("/").rstrip("/")


def posted(request: HttpRequest) -> Any:
    """What a form is bound to: the fields sent, or None where nothing was."""
    return request.POST if request.method == "POST" else None


def sent(request: HttpRequest, form: RegisterForm) -> dict[str, Any]:
    """What a valid form hands to its use case: its fields by name, who asks, when, and the state it was made from."""
    fields = {name: value for name, value in form.cleaned_data.items() if name not in ("stamp", "once")}
    return {
        **fields,
        "by": request.standing,  # type: ignore[attr-defined]
        "at": request.moment,  # type: ignore[attr-defined]
        "expected": form.cleaned_data["stamp"],
    }


@dataclass(frozen=True)
class FormPage:
    """The words around a form: heading, what follows from sending it, its button, and where it leads.

    ``stamp`` reads the present stamp; ``saved`` are the present words of the form's fields, shown beside what
    was typed where somebody else has saved in the meantime.
    """

    title: str
    action: str
    cancel_url: str
    stamp: Callable[[], int]
    done: str = ""
    lede: str = ""
    kicker: str = ""
    saved: Mapping[str, str] = field(default_factory=dict)


def person_page(person: Person, *, title: str, action: str, **words: Any) -> FormPage:
    """A form about a person: it leads back to their page."""
    saved = {name: in_words(name, getattr(person, name)) for name in ("name", "username", "email")}
    return FormPage(
        title=title,
        action=action,
        cancel_url=reverse("person", args=[person.id]),
        stamp=lambda: stamp_of_person(person.id),
        **{"saved": saved, **words},
    )


def answer_form(
    request: HttpRequest, form: RegisterForm, page: FormPage, do: Callable[[], object], **context: Any
) -> HttpResponse:
    """Show a form, or carry it out: led back when done, else the form again with everything typed (422, 409)."""

    def carry_out() -> str:
        do()
        return page.cancel_url

    if not form.is_bound:
        return show_form(request, form, page, Outcome(), **context)
    outcome = save(request, form, carry_out)
    if not outcome.saved:
        return show_form(request, form, page, outcome, **context)
    messages.success(request, page.done)
    return redirect(outcome.next_url)


def answer_with_link(
    request: HttpRequest, form: RegisterForm, page: FormPage, do: Callable[[], tuple[Person, str]]
) -> HttpResponse:
    """Like ``answer_form``, where what comes out is a one-time link: it is shown now, and never again."""
    made: list[tuple[Person, str]] = []

    def carry_out() -> str:
        made.append(do())
        return reverse("person", args=[made[0][0].id])

    outcome = save(request, form, carry_out) if form.is_bound else Outcome()
    if not outcome.saved:
        return show_form(request, form, page, outcome)
    if not made:
        messages.warning(request, "The link was shown once already. Make a new one if it did not reach the person.")
        return redirect(outcome.next_url)
    person, token = made[0]
    link = request.build_absolute_uri(reverse("invitation", args=[token]))
    return render(request, "agencies/link.html", {"section": "people", "subject": person, "link": link})


def show_form(
    request: HttpRequest, form: RegisterForm, page: FormPage, outcome: Outcome, **context: Any
) -> HttpResponse:
    """The page of a form; after a conflict with both versions, ready to be sent again."""
    theirs: list[dict[str, str]] = []
    if outcome.conflict:
        theirs = [
            {"label": str(form[name].label), "left": words, "right": in_words(name, form.cleaned_data[name])}
            for name, words in page.saved.items()
            if name in form.fields
        ]
        form.renew(page.stamp())
    context |= {"form": form, "page": page, "section": "people", "conflict": outcome.conflict, "theirs": theirs}
    return render(request, "agencies/form_page.html", context, status=outcome.status)
