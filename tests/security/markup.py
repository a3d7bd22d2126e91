"""What a page could run, or fetch from elsewhere, though it must not: found with a parser, as a browser would."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

LEADS = ("href", "src", "action", "formaction", "xlink:href", "data", "poster", "srcset")
"""Attributes that hold an address."""

FETCHES = {"script", "link", "img", "iframe", "object", "embed", "form", "source", "video", "audio", "base"}
"""Elements whose address is fetched or sent to without anybody following a link."""

NEVER = {"style", "iframe", "object", "embed", "base", "applet", "img", "video", "audio", "frame"}
"""Elements that no page of ours has; pictures are drawn as SVG."""


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.troubles: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attrs}
        if tag in NEVER or (tag == "script" and not named.get("src")):
            self.troubles.append(f"<{tag}>")
        if tag == "meta" and "http-equiv" in named:
            self.troubles.append("<meta http-equiv>")
        for name, value in named.items():
            if name == "style" or name.startswith(("on", "hx-on")):
                self.troubles.append(f"<{tag} {name}>")
            if name.startswith("hx-") and value.strip().startswith(("js:", "javascript:")):
                self.troubles.append(f"<{tag} {name}={value[:30]}>")
            if name in LEADS and _is_foreign(tag, value):
                self.troubles.append(f"<{tag} {name}={value[:60]}>")

    def handle_data(self, data: str) -> None:
        if self.cdata_elem == "script" and data.strip():
            self.troubles.append("words inside <script>")


def _is_foreign(tag: str, address: str) -> bool:
    """Whether an address is code, or leads away and is followed by itself."""
    plain = "".join(address.split()).lower()
    if plain.startswith(("javascript:", "data:", "vbscript:")):
        return True
    return tag in FETCHES and plain.startswith(("//", "http:", "https:", "/\\"))


def troubles_of(page: str) -> list[str]:
    """Everything of a page that a content security policy without ``unsafe`` would stop, or that leaves the site."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return reader.troubles


def html_of(answer: Any) -> str | None:
    """The page that was answered; None where it is a file or nothing."""
    if answer.streaming or "html" not in answer.headers.get("Content-Type", ""):
        return None
    text: str = answer.content.decode()
    return text


def policy_of(answer: Any) -> dict[str, list[str]]:
    """The content security policy of an answer, directive by directive; empty where it has none."""
    parts = [part.split() for part in answer.headers.get("Content-Security-Policy", "").split(";") if part.strip()]
    return {name: values for name, *values in parts}
