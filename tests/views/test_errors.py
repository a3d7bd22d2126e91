"""Pages for what goes wrong: the product's own look, nothing typed lost, safe headers, whatever fails."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.template.loader import get_template
from django.test import Client, RequestFactory
from django.urls import path

from tests.world import PASSWORD, World
from tnoc_tracker import errors
from tnoc_tracker.urls import handler400, handler403, handler404, handler500, urlpatterns  # noqa: F401

SignIn = Callable[[str], Client]
OURS = {"origin": "http://testserver"}


def forbidden(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied("You may read this, but not change it.")


def failing(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("a secret of the machine")


urlpatterns = [*urlpatterns, path("forbidden/", forbidden), path("failing/", failing)]
"""The product's addresses, and two that go wrong (used with ROOT_URLCONF set to this module)."""


@pytest.fixture
def failing_addresses(settings: Any) -> None:
    settings.ROOT_URLCONF = "tests.views.test_errors"


def is_in_our_look(response: HttpResponse) -> bool:
    words = response.content.decode()
    return '<a class="word" href="/">TNOC Tracker</a>' in words and "tnoc/base.css" in words and "<h1>" in words


def test_an_unknown_address_has_a_page_of_ours(sign_in: SignIn) -> None:
    for client in (sign_in("police"), Client()):
        response = client.get("/no/such/page/")
        assert response.status_code == 404
        assert is_in_our_look(response)
        assert "There is no such page here" in response.content.decode()


def test_a_forbidden_change_has_a_page_that_keeps_what_was_typed(sign_in: SignIn, failing_addresses: None) -> None:
    response = sign_in("police").post(
        "/forbidden/", {"what_was_done": "<b>Signed</b> it", "stamp": "3", "new_password": "hidden"}, headers=OURS
    )
    words = response.content.decode()
    assert response.status_code == 403
    assert is_in_our_look(response)
    assert "What was done" in words
    assert "&lt;b&gt;Signed&lt;/b&gt; it" in words
    assert "hidden</dd>" not in words


def test_words_from_another_site_are_not_shown_as_ours(sign_in: SignIn, failing_addresses: None) -> None:
    for headers in ({"origin": "https://example.org"}, {"origin": "null"}, {}):
        response = sign_in("police").post("/forbidden/", {"note": "Call this number"}, headers=headers)
        assert "Call this number" not in response.content.decode()


def test_a_failure_has_a_page_that_tells_no_secret(sign_in: SignIn, failing_addresses: None) -> None:
    client = sign_in("police")
    client.raise_request_exception = False
    response = client.get("/failing/")
    assert response.status_code == 500
    assert is_in_our_look(response)
    assert "secret of the machine" not in response.content.decode()
    assert "no-store" in response["Cache-Control"]


def test_the_page_of_a_failure_needs_neither_database_nor_session() -> None:
    """Without the ``db`` fixture every query fails."""
    response = errors.failure(RequestFactory().get("/"))
    assert response.status_code == 500
    assert is_in_our_look(response)


def test_a_failing_database_is_answered_with_the_page_of_a_failure(sign_in: SignIn) -> None:
    client = sign_in("police")
    client.raise_request_exception = False

    def broken(*args: Any) -> Any:
        raise OSError("the database is gone")

    with connection.execute_wrapper(broken):
        response = client.get("/account/")
    assert response.status_code == 500
    assert is_in_our_look(response)
    assert "default-src 'none'" in response["Content-Security-Policy"]


def test_even_a_broken_page_of_a_failure_is_an_answer(settings: Any) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
    }
    response = errors.failure(RequestFactory().get("/"))
    assert response.status_code == 500
    assert "Something failed on our side" in response.content.decode()


def test_too_long_a_form_is_answered_400(sign_in: SignIn) -> None:
    response = sign_in("police").post("/account/password/", {"new_password": "x" * 1_100_000})
    assert response.status_code == 400
    assert is_in_our_look(response)


def test_a_wrong_host_is_answered_400(db: None) -> None:
    response = Client().get("/sign-in/", headers={"host": "example.org"})
    assert response.status_code == 400
    assert is_in_our_look(response)


def test_an_address_that_takes_forms_only_says_so(sign_in: SignIn) -> None:
    response = sign_in("police").get("/sign-out/")
    assert response.status_code == 405
    assert response["Allow"] == "POST"
    assert is_in_our_look(response)


# Forms that come too late ----------------------------------------------------------------------------------------


def test_forms_without_our_token_change_nothing_and_keep_what_was_typed(world: World) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.person("administrator"), backend="django.contrib.auth.backends.ModelBackend")
    police = world.person("police")
    where = f"/people/{police.id}/edit/"
    response = client.post(where, {"name": "Somebody", "reason": "A long reason"}, headers=OURS)
    assert response.status_code == 403
    assert is_in_our_look(response)
    assert "A long reason" in response.content.decode()
    assert world.person("police").version == police.version


def test_signing_in_and_links_are_guarded_by_the_token_too(world: World) -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.post("/sign-in/", {"username": "police", "password": PASSWORD}).status_code == 403
    assert client.post("/invitation/x/", {}).status_code == 403
    assert client.post("/sign-out/").status_code == 403
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', client.get("/sign-in/").content.decode())[1]
    response = client.post(
        "/sign-in/", {"username": "police", "password": PASSWORD, "csrfmiddlewaretoken": token}, headers=OURS
    )
    assert response.status_code == 302


def test_a_form_sent_after_the_session_ended_loses_nothing(world: World) -> None:
    response = Client().post(
        "/people/1/edit/",
        {"reason": "A long reason"},
        headers={**OURS, "referer": "http://testserver/people/1/edit/?a=b"},
    )
    words = response.content.decode()
    assert response.status_code == 401
    assert is_in_our_look(response)
    assert "A long reason" in words
    assert 'name="next" value="/people/1/edit/?a=b"' in words


@pytest.mark.parametrize("referer", ["https://example.org/x", "", "javascript:alert(1)", "//example.org"])
def test_the_way_back_stays_on_our_pages(db: None, referer: str) -> None:
    response = Client().post("/people/1/edit/", headers={"referer": referer})
    assert 'name="next" value="/people/1/edit/"' in response.content.decode()


def test_a_form_in_place_sent_after_the_session_ended_keeps_its_page(db: None) -> None:
    response = Client().post("/people/1/edit/", headers={"hx-request": "true"})
    assert response.status_code == 401
    assert "HX-Redirect" not in response


def test_a_look_in_place_after_the_session_ended_leads_to_signing_in(db: None) -> None:
    headers = {"hx-request": "true", "hx-current-url": "http://testserver/people/?q=x"}
    response = Client().get("/people/", headers=headers)
    assert response.status_code == 401
    assert response["HX-Redirect"] == "/sign-in/?next=%2Fpeople%2F%3Fq%3Dx"


# Headers, and nothing inline ---------------------------------------------------------------------------------------

PAGES = [
    ("-", "/sign-in/", 200),
    ("-", "/invitation/x/", 404),
    ("-", "/no/such/page/", 404),
    ("police", "/no/such/page/", 404),
    ("police", "/account/", 200),
    ("police", "/account/password/", 200),
    ("police", "/sign-out/", 405),
    ("police", "/forbidden/", 403),
    ("police", "/failing/", 500),
    ("outsider", "/", 403),
    ("administrator", "/people/", 200),
    ("administrator", "/people/invite/", 200),
    ("administrator", "/people/1/", 200),
    ("administrator", "/people/1/link/", 200),
    ("administrator", "/bodies/", 200),
    ("administrator", "/bodies/police/", 200),
]


@pytest.mark.parametrize(("username", "address", "status"), PAGES)
def test_every_page_has_safe_headers_and_nothing_inline(
    sign_in: SignIn, failing_addresses: None, username: str, address: str, status: int
) -> None:
    client = Client() if username == "-" else sign_in(username)
    client.raise_request_exception = False
    response = client.get(address)
    assert response.status_code == status
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"
    assert response["Referrer-Policy"] == "same-origin"
    if username != "-":
        assert {"private", "no-store"} <= set(re.split(r",\s*", response["Cache-Control"]))
    assert inline(response.content.decode()) == []


def inline(words: str) -> list[str]:
    """What a content security policy without ``unsafe`` would stop, or what would leave the site."""
    return re.findall(
        r"<style|\sstyle=|<script(?![^>]*\ssrc=)[^>]*>|\son\w+=\"|javascript:|(?:src|href|action)=\"(?:https?:)?//",
        words,
    )


def test_the_search_for_inline_code_finds_it() -> None:
    assert len(inline('<style> <p style="x"> <script>x</script> <a onclick="x" href="https://x">')) == 5
    assert inline('<script src="/static/x.js" defer></script>') == []


@pytest.mark.parametrize("name", ["400", "403", "404", "405", "500", "503", "csrf", "signed_out"])
def test_no_template_of_an_error_needs_more_than_it_is_given(name: str) -> None:
    assert "<h1>" in get_template(f"errors/{name}.html").render({})
