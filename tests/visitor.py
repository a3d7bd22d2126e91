"""A person with a browser that is no browser: real HTTP, cookies kept, pages opened, forms filled in and sent.

visitor = Visitor(server.address).sign_in("secretariat")
page = visitor.get("/plans/tnoc-2021-22/activities/4/update/")
answer = visitor.send(page.form(), status="on_track", what_was_done="…")
assert answer.status == 302

A form is sent with everything that stands in it (its hidden fields too), as a browser would. Nothing is followed by
itself; ``follow`` does one step. Whoever gets no answer learns whether the request can have been carried out.
"""

from __future__ import annotations

import gzip
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from html.parser import HTMLParser
from http.client import HTTPConnection, HTTPException, HTTPMessage
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urljoin, urlsplit

from tests.world import PASSWORD

Fields = list[tuple[str, str]]


class Unanswered(Exception):
    """No whole answer came."""


class NotReached(Unanswered):
    """Nobody took the connection: the request was not carried out."""


class NoAnswer(Unanswered):
    """The connection ended, or time ran out, after the request had left: it may have been carried out."""


@dataclass
class Form:
    """A form of a page: where it goes and what stands in it; nothing of its buttons is sent unless it is named."""

    page: str
    action: str = ""
    method: str = "get"
    fields: Fields = field(default_factory=list)
    buttons: Fields = field(default_factory=list)

    def value(self, name: str) -> str | None:
        """What stands in a field; None where there is no such field, or nothing is chosen."""
        return next((value for key, value in self.fields if key == name), None)

    def filled(self, changes: dict[str, str | Iterable[str] | None]) -> Fields:
        """The fields to send; a value of None leaves the field out, several values send it several times."""
        sent = [(name, value) for name, value in self.fields if name not in changes]
        for name, value in changes.items():
            values = [value] if isinstance(value, str) else list(value or ())
            sent += [(name, each) for each in values]
        return sent


class _Forms(HTMLParser):
    """Collects the forms of a page."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.page, self.forms = page, list[Form]()
        self.form: Form | None = None
        self.area: str | None = None
        self.select: tuple[str, bool, list[tuple[str, bool]]] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.form = Form(self.page, has.get("action", ""), has.get("method", "get").lower())
            self.forms.append(self.form)
        elif self.form is None or "disabled" in has:
            return
        elif tag == "input":
            self._input(self.form, has)
        elif tag == "textarea":
            self.area, self.text = has.get("name", ""), ""
        elif tag == "select":
            self.select = (has.get("name", ""), "multiple" in has, [])
        elif tag == "option" and self.select:
            self.select[2].append((has.get("value", ""), "selected" in has))
        elif tag == "button" and has.get("name"):
            self.form.buttons.append((has["name"], has.get("value", "")))

    def _input(self, form: Form, has: dict[str, str]) -> None:
        kind, name = has.get("type", "text"), has.get("name")
        if not name or kind in ("reset", "button", "image"):
            return
        if kind == "submit":
            form.buttons.append((name, has.get("value", "")))
        elif kind not in ("radio", "checkbox"):
            form.fields.append((name, has.get("value", "")))
        elif "checked" in has:
            form.fields.append((name, has.get("value", "on")))

    def handle_data(self, data: str) -> None:
        if self.area is not None:
            self.text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.form = None
        elif tag == "textarea" and self.area is not None and self.form is not None:
            self.form.fields.append((self.area, self.text.removeprefix("\n")))
            self.area = None
        elif tag == "select" and self.select and self.form is not None:
            name, several, options = self.select
            chosen = [value for value, selected in options if selected]
            if not chosen and options and not several:
                chosen = [options[0][0]]
            self.form.fields += [(name, value) for value in chosen]
            self.select = None


@dataclass(frozen=True)
class Answer:
    """What came back, whole."""

    path: str
    status: int
    headers: HTTPMessage
    content: bytes
    seconds: float

    @property
    def text(self) -> str:
        """The content as text."""
        return self.content.decode("utf-8", errors="replace")

    @property
    def location(self) -> str:
        """Where it leads; empty where it leads nowhere."""
        return self.headers.get("Location") or ""

    @cached_property
    def forms(self) -> list[Form]:
        """Every form on the page."""
        found = _Forms(self.path)
        found.feed(self.text)
        return found.forms

    def form(self, to: str = "") -> Form:
        """The form that is sent to an address ending so; without one the last that is posted (the main one)."""
        posted = [each for each in self.forms if each.method == "post"]
        if to:
            posted = [each for each in self.forms if urlsplit(each.action or self.path).path.endswith(to)]
        else:
            posted = [each for each in posted if not each.action.endswith("/sign-out/")] or posted
        assert posted, f"No form on {self.path} ({self.status}).\n{self.text[:2000]}"
        return posted[-1]


class Visitor:
    """Somebody at a browser; ``address`` may be changed to that of another server of the same register."""

    def __init__(self, address: str, *, timeout: float = 60) -> None:
        """Begin signed out, without cookies."""
        self.address, self.timeout = address, timeout
        self.cookies: dict[str, str] = {}

    @property
    def session(self) -> str:
        """The cookie that says who they are; empty for somebody signed out."""
        return next((value for name, value in self.cookies.items() if name.endswith("session")), "")

    def get(self, path: str, **headers: str) -> Answer:
        """Open a page; ``HX_Request="true"`` becomes a header."""
        return self._ask("GET", path, b"", headers)

    def post(self, path: str, fields: Fields | dict[str, str], **headers: str) -> Answer:
        """Send fields as a form does."""
        return self._ask("POST", path, urlencode(fields).encode(), headers)

    def send(
        self, form: Form, in_place: bool = False, changes: dict[str, str | None] | None = None, **fields: object
    ) -> Answer:
        """Fill in a form and send it, from the page that it stands on; ``in_place``: as the page's script does."""
        sent = form.filled({**(changes or {}), **fields})  # type: ignore[dict-item]
        headers = {"Referer": urljoin(self.address, form.page)}
        if in_place:
            headers |= {"HX_Request": "true", "HX_Current_URL": headers["Referer"]}
        target = urljoin(form.page, form.action) if form.action else form.page
        if form.method == "get":
            return self.get(f"{target}?{urlencode(sent)}", **headers)
        return self.post(target, sent, **headers)

    def follow(self, answer: Answer) -> Answer:
        """Go where an answer leads; the answer itself where it leads nowhere."""
        return self.get(urljoin(answer.path, answer.location)) if answer.location else answer

    def sign_in(self, username: str, password: str = PASSWORD) -> Visitor:
        """Sign in on the page for it; fails loudly where that is refused."""
        answer = self.send(self.get("/sign-in/").form(), username=username, password=password)
        assert answer.status == 302, f"{username} could not sign in ({answer.status}).\n{answer.text[:2000]}"
        return self

    def _ask(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        host = urlsplit(self.address)
        connection = HTTPConnection(host.hostname or "127.0.0.1", host.port, timeout=self.timeout)
        begun = time.perf_counter()
        try:
            try:
                connection.connect()
            except OSError as error:
                raise NotReached(f"{method} {path}: {error}") from error
            try:
                connection.request(method, path, body or None, self._headers(method, headers))
                response = connection.getresponse()
                content = response.read()
                if response.headers.get("Content-Encoding") == "gzip":
                    content = gzip.decompress(content)
            except (OSError, EOFError, HTTPException) as error:
                raise NoAnswer(f"{method} {path}: {error!r}") from error
        finally:
            connection.close()
        self._keep(response.headers)
        return Answer(path, response.status, response.headers, content, time.perf_counter() - begun)

    def _headers(self, method: str, more: dict[str, str]) -> dict[str, str]:
        headers = {"Connection": "close", "Accept": "text/html", "Accept-Encoding": "gzip"}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if method == "POST":
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": self.address}
        return headers | {name.replace("_", "-"): value for name, value in more.items()}

    def _keep(self, headers: HTTPMessage) -> None:
        """Keep cookies as a browser does over HTTPS; production's are marked Secure."""
        for line in headers.get_all("Set-Cookie") or ():
            for name, morsel in SimpleCookie(line).items():
                if morsel["max-age"] == "0" or (morsel.value == "" and morsel["expires"]):
                    self.cookies.pop(name, None)
                else:
                    self.cookies[name] = morsel.value
