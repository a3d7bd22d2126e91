"""Memberships, for administrators: adding one, and changing or ending it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods

from agencies.actions.common import stamp_of_person
from agencies.actions.memberships import add_membership, change_membership
from agencies.forms import MembershipForm, NewMembershipForm, membership_values
from agencies.history import in_words
from agencies.models import Membership
from agencies.views.common import answer_form, for_administrators, person_or_404, person_page, posted, sent


@for_administrators
@require_http_methods(["GET", "HEAD", "POST"])
def membership_add(request: HttpRequest, person: int) -> HttpResponse:
    """Let a person belong to a body."""
    subject = person_or_404(person)
    form = NewMembershipForm(posted(request), today=request.today, stamp=stamp_of_person(subject.id))
    page = person_page(
        subject, title=f"Add a membership for {subject.name}", action="Add", done="The membership is added."
    )
    return answer_form(request, form, page, lambda: add_membership(person=subject, **sent(request, form)))


@for_administrators
@require_http_methods(["GET", "HEAD", "POST"])
def membership_edit(request: HttpRequest, person: int, membership: int) -> HttpResponse:
    """Change or end a membership; the body stays what it is."""
    subject = person_or_404(person)
    row = get_object_or_404(Membership.objects.select_related("body"), id=membership, person=subject)
    values = membership_values(row)
    form = MembershipForm(posted(request), initial=values, stamp=stamp_of_person(subject.id))
    page = person_page(
        subject,
        title=f"Change or end the membership of {row.body.label}",
        kicker=subject.name,
        lede="To end it, enter the last day. To take access away this minute, deactivate the person.",
        action="Save",
        done="The membership is changed.",
        saved={name: in_words(name, value) for name, value in values.items()},
    )
    return answer_form(request, form, page, lambda: change_membership(membership=row, **sent(request, form)))
