"""The content security policy: on every answer of every address and of every error, and no page needs a hole in it.

There is no administration of Django's own, whose pages would need another.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import NoReverseMatch, path, reverse

from tests.actions.packs import frozen_with_page
from tests.deciding import meeting
from tests.security.markup import html_of, policy_of, troubles_of
from tests.test_access import (
    ADMINISTRATOR,
    ADMINISTRATORS,
    SECRETARIAT,
    TABLE,
    address_of,
    arguments,  # noqa: F401  a fixture is used by its name
    every_address,
)
from tests.world import World
from tnoc_tracker import urls
from tnoc_tracker.urls import handler400, handler403, handler404, handler500  # noqa: F401

SignIn = Callable[[str], Client]

NONE, OURS = ["'none'"], ["'self'"]
POLICY = {
    "default-src": NONE,
    "script-src": OURS,
    "style-src": OURS,
    "img-src": OURS,
    "font-src": OURS,
    "connect-src": OURS,
    "form-action": OURS,
    "base-uri": NONE,
    "frame-ancestors": NONE,
}
STORED = POLICY | {"script-src": NONE, "connect-src": NONE, "form-action": NONE}
"""What was frozen with a pack runs nothing, whatever it holds."""

STORED_NAMES = {"pack_page", "pack_file"}


def refusing(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied("You may read this, but not change it.")


def failing(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("a secret of the machine")


def without_database(request: HttpRequest) -> HttpResponse:
    raise OperationalError("a secret of the database")


urlpatterns = [
    *urls.urlpatterns,
    path("refusing/", refusing),
    path("failing/", failing),
    path("without-database/", without_database),
]
"""The product's addresses, and three that go wrong (used with ROOT_URLCONF set to this module)."""


def wrong_with(answer: Any, policy: dict[str, list[str]] = POLICY) -> list[str]:
    """What is wrong with an answer: its policy, its other safe headers, or what its page would run."""
    wanted = {"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "same-origin"}
    if answer.status_code == 400:
        del wanted["X-Frame-Options"]  # a host that is refused comes no further than half-way; the policy says the same
    found = [f"{name} is {answer.headers.get(name)}" for name, value in wanted.items() if answer.get(name) != value]
    if answer.streaming:
        assert b"".join(answer.streaming_content)  # read to its end: nothing stays open
    if policy_of(answer) != policy:
        found.append(f"policy is {policy_of(answer)}")
    return found + troubles_of(html_of(answer) or "")


@pytest.fixture
def who_may(sign_in: SignIn) -> Callable[[str], Client]:
    """Whoever may do most at an address: the Secretariat, or an administrator."""

    def client(name: str) -> Client:
        row = TABLE[name]
        return sign_in(ADMINISTRATOR if row.look | row.send == ADMINISTRATORS else SECRETARIAT)

    return client


@pytest.mark.parametrize("method", ["get", "post"])
def test_every_address_answers_with_the_policy_and_nothing_that_needs_another(
    who_may: Callable[[str], Client],
    arguments: dict[str, Any],  # noqa: F811
    method: str,
) -> None:
    wrong, statuses = {}, set()
    for name in sorted(TABLE):
        for who, client in (("who may", who_may(name)), ("nobody", Client()), ("in place", who_may(name))):
            headers = {"HX-Request": "true"} if who == "in place" else {}
            answer = getattr(client, method)(address_of(name, arguments), headers=headers)
            policy = STORED if name in STORED_NAMES and answer.status_code == 200 else POLICY
            if found := wrong_with(answer, policy):
                wrong[name, who] = found
            statuses.add(answer.status_code)
    assert wrong == {}
    assert statuses >= ({200, 302, 404, 405} if method == "get" else {302, 401, 405, 422})


def test_every_error_is_answered_with_the_policy_and_nothing_that_needs_another(
    sign_in: SignIn, world: World, settings: Any
) -> None:
    settings.ROOT_URLCONF = "tests.security.test_content_policy"
    police, stranger, strict = sign_in("police"), Client(), Client(enforce_csrf_checks=True)
    police.raise_request_exception = False
    plan = "/plans/tnoc-2021-22/"
    update = f"{plan}activities/12/update/"
    first = police.get(update).context["form"]
    saying = {"stamp": first["stamp"].value(), "status": "on_track", "what_was_done": "Two banks have met."}
    police.post(update, saying)
    asked: list[tuple[int, Callable[[], Any]]] = [
        (400, partial(stranger.get, "/sign-in/", headers={"host": "evil.example"})),
        (400, partial(police.post, "/account/password/", {"new_password": "x" * 1_100_000})),
        (401, partial(stranger.post, update, {"reason": "x"})),
        (401, partial(stranger.get, plan, headers={"HX-Request": "true"})),
        (403, partial(police.get, "/refusing/")),
        (403, partial(sign_in("outsider").get, "/")),
        (403, partial(strict.post, "/sign-in/", {"username": "police"})),
        (403, partial(police.get, f"{update}?as_at=2021-12-01")),
        (404, partial(police.get, "/no/such/page/")),
        (404, partial(police.get, f"{plan}?as_at=2020-01-01")),
        (404, partial(stranger.get, "/invitation/x/")),
        (404, partial(stranger.get, "/calendar/x.ics")),
        (404, partial(stranger.get, "/static/tnoc/none.css")),
        (405, partial(police.get, "/sign-out/")),
        (409, partial(police.post, update, saying)),
        (422, partial(police.post, update, {"status": "off_track"})),
        (422, partial(police.get, f"{plan}activities.csv?status=green")),
        (500, partial(police.get, "/failing/")),
        (503, partial(police.get, "/without-database/")),
    ]
    wrong = {}
    for number, (status, ask) in enumerate(asked):
        answer = ask()
        found = wrong_with(answer) + ([] if answer.status_code == status else [f"status {answer.status_code}"])
        if found or "secret" in (html_of(answer) or ""):
            wrong[number, status] = found
    assert wrong == {}


def test_what_was_frozen_with_a_pack_can_run_nothing(world: World, sign_in: SignIn) -> None:
    pack = frozen_with_page(world, meeting(world))
    reader = sign_in("police-reader")
    address = f"/plans/tnoc-2021-22/packs/{pack.id}/"
    page = reader.get(f"{address}page/")
    stylesheet = reader.get(f"{address}files/stylesheet/")
    figures = reader.get(f"{address}files/figures/")
    for answer in (page, stylesheet, figures):
        assert (answer.status_code, wrong_with(answer, STORED)) == (200, [])
    assert page["Content-Type"] == "text/html; charset=utf-8"
    assert stylesheet["Content-Type"].startswith("text/css")
    assert figures["Content-Type"].startswith("application/json")
    assert figures["Content-Disposition"].startswith("attachment")
    assert b"<script" not in page.content


def test_a_file_that_people_load_is_saved_and_not_shown(sign_in: SignIn) -> None:
    for name in ("activities.csv", "activities.xlsx", "overdue.csv"):
        answer = sign_in("police").get(f"/plans/tnoc-2021-22/{name}")
        assert answer["Content-Disposition"].startswith("attachment")
        assert wrong_with(answer) == []


def test_no_setting_loosens_the_policy(settings: Any) -> None:
    assert not hasattr(settings, "CONTENT_SECURITY_POLICY_REPORT_ONLY")
    assert "unsafe" not in str(settings.CONTENT_SECURITY_POLICY)
    assert not settings.CONTENT_SECURITY_POLICY.get("EXCLUDE_URL_PREFIXES")
    assert settings.MIDDLEWARE[0] == "csp.middleware.CSPMiddleware"


def test_there_is_no_administration_of_django(sign_in: SignIn) -> None:
    assert not apps.is_installed("django.contrib.admin")
    assert not [each for each in every_address() if "admin" in str(each.callback.__module__)]
    with pytest.raises(NoReverseMatch):
        reverse("admin:index")
    assert sign_in("administrator").get("/admin/").status_code == 404


@pytest.mark.parametrize(
    "page",
    [
        "<style>p{}</style>",
        '<p style="x">',
        "<script>x</script>",
        '<script src="https://evil.example/x.js"></script>',
        "<a onclick=x>",
        '<a href=" java\nscript:alert(1)">',
        '<img src="/x">',
        '<form action="//evil.example">',
        '<div hx-on:click="x">',
        '<div hx-vals="js:{a: 1}">',
        '<meta http-equiv="refresh" content="0">',
        "<base href=/>",
    ],
)
def test_what_a_page_must_not_have_is_found(page: str) -> None:
    assert troubles_of(page)


def test_what_a_page_may_have_is_not_found() -> None:
    fine = '<script src="/static/x.js" defer></script><a href="https://example.org">x</a><svg fill="#fff"></svg>'
    assert troubles_of(f"{fine}&lt;script&gt;x&lt;/script&gt;") == []
