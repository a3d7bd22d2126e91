"""Bodies, for administrators: which there are, adding one, and changing how one is named."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from agencies.access import members_of_bodies
from agencies.actions.bodies import add_body, edit_body
from agencies.forms import BodyForm, NewBodyForm, body_values
from agencies.history import history_of_body, in_words
from agencies.models import Body, BodyKind
from agencies.views.common import FormPage, answer_form, for_administrators, posted, sent

KINDS = {
    BodyKind.AGENCY: "Agencies",
    BodyKind.GOVERNANCE: "Governance bodies",
    BodyKind.COLLECTIVE: "Collectives",
}


@for_administrators
@require_safe
def bodies(request: HttpRequest) -> HttpResponse:
    """The bodies by kind, with how many people belong to each today."""
    members = members_of_bodies(request.today)
    found = list(Body.objects.order_by("sort_key"))
    groups = [
        {
            "title": title,
            "rows": [(body, members.get(body.id, 0)) for body in found if body.kind == kind],
            "has_people": kind != BodyKind.COLLECTIVE,
        }
        for kind, title in KINDS.items()
    ]
    context = {"section": "people", "count": len(found), "groups": [group for group in groups if group["rows"]]}
    return render(request, "agencies/bodies.html", context)


@for_administrators
@require_http_methods(["GET", "HEAD", "POST"])
def body_add(request: HttpRequest) -> HttpResponse:
    """Add a body."""
    form = NewBodyForm(posted(request), stamp=0)
    page = FormPage(
        title="Add a body",
        lede="People can then belong to it, and activities name it for a role.",
        action="Add",
        cancel_url=reverse("bodies"),
        done="The body is added.",
        stamp=lambda: 0,
    )

    def do() -> None:
        given = sent(request, form)
        del given["expected"]
        add_body(**given)

    return answer_form(request, form, page, do)


@for_administrators
@require_http_methods(["GET", "HEAD", "POST"])
def body_edit(request: HttpRequest, body: str) -> HttpResponse:
    """Change how a body is named, and see how it was named before."""
    row = get_object_or_404(Body, slug=body)
    form = BodyForm(posted(request), initial=body_values(row), stamp=row.version)
    page = FormPage(
        title=row.name,
        lede="A new name shows from now on; positions at earlier dates keep the name of then.",
        kicker=row.get_kind_display(),
        action="Save",
        cancel_url=reverse("bodies"),
        done="Saved.",
        stamp=lambda: Body.objects.values_list("version", flat=True).get(id=row.id),
        saved={name: in_words(name, getattr(row, name)) for name in ("name", "short", "name_mi", "also")},
    )
    return answer_form(
        request, form, page, lambda: edit_body(body=row, **sent(request, form)), history=history_of_body(row)
    )
