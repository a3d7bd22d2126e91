"""The floor that pages are measured against: what Django itself takes, behind the same middleware.

A signed-in person, one query and a table of twenty rows; and a form whose sending commits one row.
"""

from __future__ import annotations

from uuid import uuid4

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import include, path

from activities.models import Activity
from tnoc_tracker.record.models import OnceKey

TABLE = engines["django"].from_string(
    "<!doctype html><html lang='en-NZ'><title>Floor</title><table>"
    "{% for row in rows %}<tr><td>{{ row.0 }}<td>{{ row.1 }}<td>{{ row.2 }}{% endfor %}</table></html>"
)


def page(request: HttpRequest) -> HttpResponse:
    """One query, twenty rows."""
    return HttpResponse(TABLE.render({"rows": Activity.objects.values_list("key", "title", "status")[:20]}, request))


def commit(request: HttpRequest) -> HttpResponse:
    """One row, committed."""
    with transaction.atomic():
        OnceKey.objects.create(key=uuid4(), person=request.user, outcome="/")
    return HttpResponse(status=204)


urlpatterns = [
    path("floor/", page, name="floor"),
    path("floor/commit/", commit, name="floor_commit"),
    path("", include("tnoc_tracker.urls")),
]
