"""A real Chromium for the journeys: found on the machine, never downloaded; missing, it is a visible skip.

``REQUIRE_BROWSER=1`` makes a missing browser a failure. Every page opened fails its test on a console error or on
a request to another host.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.world import PASSWORD

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # the browser's driver runs a loop in this thread

HERE = Path(__file__).parent
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test in this folder needs a browser."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker("browser")


def chromium() -> str | None:
    """Where Chromium is on this machine."""
    return next(
        (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
    )


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the session."""
    path = chromium()
    if path is None:
        reason = "Chromium is not installed: the browser journeys were not run"
        if os.environ.get("REQUIRE_BROWSER"):
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield started
        started.close()


class Visitor:
    """Somebody at a browser, who notices console errors and requests to other hosts."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        """Open a page of the running server."""
        self.address = address
        self.page: Page = context.new_page()
        self.page.set_default_timeout(10_000)
        self.troubles: list[str] = []
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.troubles.append(f"script error: {error}"))
        self.page.on("request", self._watch)

    def _hear(self, message: Any) -> None:
        expected = "status of 422" in message.text or "status of 409" in message.text or "status of 40" in message.text
        if message.type in ("error", "warning") and not expected:
            self.troubles.append(f"console {message.type}: {message.text}")

    def _watch(self, request: Any) -> None:
        if not request.url.startswith((self.address, "data:", "blob:")):
            self.troubles.append(f"request to another host: {request.url}")

    def goes_to(self, path: str) -> Any:
        """Open an address of the product."""
        return self.page.goto(self.address + path)

    def signs_in(self, username: str, password: str = PASSWORD) -> None:
        """Sign in through the form."""
        self.goes_to("/sign-in/")
        self.page.get_by_label("User name").fill(username)
        self.page.get_by_label("Password").fill(password)
        self.page.locator("main").get_by_role("button", name="Sign in").click()
        self.page.wait_for_load_state()

    @property
    def heading(self) -> str:
        """The page's first heading."""
        return self.page.locator("h1").inner_text()


@pytest.fixture
def visitor(browser: Browser, live_server: Any) -> Iterator[Callable[..., Visitor]]:
    """Makes visitors; options are those of a browser context (``viewport``, ``color_scheme``)."""
    contexts: list[BrowserContext] = []
    visitors: list[Visitor] = []

    def make(**options: Any) -> Visitor:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 800}, **options})
        contexts.append(context)
        visitors.append(Visitor(context, live_server.url))
        return visitors[-1]

    yield make
    for context in contexts:
        context.close()
    troubles = [trouble for each in visitors for trouble in each.troubles]
    assert not troubles, troubles
