"""People, for administrators: who has access, inviting, renaming, new links, unlocking and deactivating.

Memberships have a module of their own.
"""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from agencies.access import access_of, everybody, finding, matching
from agencies.actions.common import stamp_of_person
from agencies.actions.passwords import reset_password
from agencies.actions.people import edit_person, invite_person, set_administrator, set_may_sign_in, unlock_person
from agencies.forms import InvitationForm, PeopleFilterForm, PersonForm, ReasonForm, person_values
from agencies.history import history_of_person
from agencies.models import Person
from agencies.views.common import (
    FormPage,
    answer_form,
    answer_with_link,
    for_administrators,
    person_or_404,
    person_page,
    posted,
    sent,
)
from tnoc_tracker.record.clock import machine_now

ROWS_A_PAGE = 50


@for_administrators
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Who has access, in which body, from when until when."""
    rows = everybody(request.today, machine_now())
    form = PeopleFilterForm(request.GET)
    found = matching(rows, **form.wanted())
    context = {
        "section": "people",
        "finding": finding(rows),
        "form": form,
        "filtered": len(found) != len(rows),
        "page": Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "agencies/people.html", context)


@for_administrators
@require_safe
def person(request: HttpRequest, person: int) -> HttpResponse:
    """One person: access, memberships, and every change of either."""
    subject = person_or_404(person)
    (access,) = access_of([subject], request.today, machine_now())
    context = {
        "section": "people",
        "access": access,
        "subject": subject,
        "facts": [("User name", subject.username), ("E-mail", subject.email)],
        "oneself": subject.id == request.user.id,
        "history": history_of_person(subject),
    }
    return render(request, "agencies/person.html", context)


@for_administrators
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: HttpRequest) -> HttpResponse:
    """Add a person with a membership, and show their one-time link once."""
    form = InvitationForm(posted(request), today=request.today, stamp=0)
    page = FormPage(
        title="Invite a person",
        lede="They get a link with which they set a password. You see it once, and hand it over yourself.",
        action="Make the link",
        cancel_url=reverse("people"),
        stamp=lambda: 0,
    )

    def do() -> tuple[Person, str]:
        given = sent(request, form)
        del given["expected"]
        return invite_person(**given, now=machine_now())

    return answer_with_link(request, form, page, do)


@for_administrators
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def one_time_link(request: HttpRequest, person: int) -> HttpResponse:
    """Take a person's password away, and show a new one-time link once."""
    subject = person_or_404(person)
    form = ReasonForm(posted(request), stamp=stamp_of_person(subject.id))
    page = person_page(
        subject,
        title=f"Make a new link for {subject.name}",
        lede="Their password stops working and they are signed out at once. Earlier links stop working too.",
        action="Make the link",
    )

    def do() -> tuple[Person, str]:
        return subject, reset_password(person=subject, **sent(request, form), now=machine_now())

    return answer_with_link(request, form, page, do)


@for_administrators
@require_http_methods(["GET", "HEAD", "POST"])
def person_edit(request: HttpRequest, person: int) -> HttpResponse:
    """Change how a person is called and signs in."""
    subject = person_or_404(person)
    form = PersonForm(posted(request), initial=person_values(subject), stamp=stamp_of_person(subject.id))
    page = person_page(subject, title=f"Change the details of {subject.name}", action="Save", done="Saved.")
    return answer_form(request, form, page, lambda: edit_person(person=subject, **sent(request, form)))


@for_administrators
@require_http_methods(["GET", "HEAD", "POST"])
def unlock(request: HttpRequest, person: int) -> HttpResponse:
    """Forget the failed sign-ins of a person, so that they need not wait."""
    subject = person_or_404(person)
    form = ReasonForm(posted(request), stamp=stamp_of_person(subject.id))
    page = person_page(
        subject,
        title=f"Unlock {subject.name}",
        lede="A lock-out ends by itself after 15 minutes. Make sure that it was the person who failed three times.",
        action="Unlock",
        done=f"{subject.name} can sign in again.",
    )
    return answer_form(request, form, page, lambda: unlock_person(person=subject, **sent(request, form)))


@for_administrators
@require_http_methods(["GET", "HEAD", "POST"])
def access(request: HttpRequest, person: int) -> HttpResponse:
    """Deactivate a person, or let them in again: whatever they are not now."""
    subject = person_or_404(person)
    form = ReasonForm(posted(request), stamp=stamp_of_person(subject.id))
    if subject.is_active:
        lede = "They are signed out at once and their links stop working. Nothing they did is lost."
        words = {
            "title": f"Deactivate {subject.name}",
            "action": "Deactivate",
            "done": f"{subject.name} is deactivated.",
        }
    else:
        lede = "They can sign in again with their password; memberships count as they stand."
        words = {
            "title": f"Activate {subject.name}",
            "action": "Activate",
            "done": f"{subject.name} may sign in again.",
        }
    page = person_page(subject, lede=lede, **words)
    may_sign_in = not subject.is_active
    return answer_form(
        request,
        form,
        page,
        lambda: set_may_sign_in(person=subject, may_sign_in=may_sign_in, **sent(request, form), now=machine_now()),
    )


@for_administrators
@require_http_methods(["GET", "HEAD", "POST"])
def administrator(request: HttpRequest, person: int) -> HttpResponse:
    """Make a person an administrator, or one no longer: whatever they are not now."""
    subject = person_or_404(person)
    form = ReasonForm(posted(request), stamp=stamp_of_person(subject.id))
    new = not subject.is_administrator
    name = subject.name
    page = person_page(
        subject,
        title=f"Make {name} an administrator" if new else f"Take administration from {name}",
        lede="Administrators manage people and bodies. This gives no right to read or change the register.",
        action="Make administrator" if new else "Take it away",
        done=f"{name} is an administrator." if new else f"{name} is no administrator any more.",
    )
    return answer_form(
        request, form, page, lambda: set_administrator(person=subject, administrator=new, **sent(request, form))
    )
