"""Helpers of the tests of editing pages: an address, a fresh form's hidden fields, and a form sent."""

from __future__ import annotations

import re
from typing import Any

from django.test import Client

BASE = "/plans/tnoc-2021-22/"


def address(key: str | int, page: str = "") -> str:
    """The address of a page of an activity."""
    return f"{BASE}activities/{key}/{page}"


def text_of(response: Any) -> str:
    """The page's text without tags, white space squeezed."""
    body = re.sub(r"<(script|style|svg)[^>]*>.*?</\1>", " ", response.content.decode(), flags=re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body)).replace("&#x27;", "'").replace("&quot;", '"')


def hidden(client: Client, url: str) -> dict[str, str]:
    """The stamp and the once-only key of the page's form."""
    page = client.get(url)
    assert page.status_code == 200, page.status_code
    form = page.context["form"]
    return {"stamp": str(form["stamp"].value()), "once": str(form["once"].value())}


def send(client: Client, url: str, **said: Any) -> Any:
    """Open the page and send its form."""
    return client.post(url, {**hidden(client, url), **said})
