"""A message as sections of sentences and items, and what becomes of it: a subject, plain text, and HTML."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe


@dataclass(frozen=True)
class Item:
    """One line of a section, with what is said under it; ``url`` is where it leads."""

    words: str
    details: tuple[str, ...] = ()
    url: str = ""


@dataclass(frozen=True)
class Link:
    """Where something is done, and what is done there."""

    words: str
    url: str


@dataclass(frozen=True)
class Section:
    """A part of a message: the finding, sentences, somebody's own words, items, and where to go on."""

    title: str
    sentences: tuple[str, ...] = ()
    quote: str = ""
    items: tuple[Item, ...] = ()
    link: Link | None = None

    @property
    def rule(self) -> str:
        """A line under the title, in plain text."""
        return "-" * min(len(self.title), 30)

    @property
    def quoted(self) -> str:
        """Somebody's own words as plain text quotes them."""
        return "\n".join(f"> {line}".rstrip() for line in self.quote.splitlines())


@dataclass(frozen=True)
class Written:
    """A message in words: ``html`` is the whole document that is sent, ``shown`` its content for a page of ours."""

    subject: str
    text: str
    html: str
    shown: SafeString


def site(name: str, *args: object) -> str:
    """The absolute address of a page, from the setting ``SITE_ADDRESS``: mail is read outside the product."""
    return f"{settings.SITE_ADDRESS}{reverse(name, args=args)}"


def write(subject: str, sections: list[Section], *, to: str = "", why: tuple[str, ...] = ()) -> Written:
    """Put a message into words; ``why`` says under it why it was sent. The protective marking stands on all of it."""
    marking = settings.PROTECTIVE_MARKING
    marked = f"[{marking}] {subject}" if marking else subject
    context = {
        "subject": marked,
        "to": to,
        "sections": sections,
        "why": why,
        "preference": Link("Whether you get the weekly summary", site("mail_preference")),
        "home": site("home"),
        "marking": marking,
    }
    return Written(
        subject=marked,
        text="".join(render_to_string("mail/letter.txt", context)),  # no HTML: a page that shows it has to escape it
        html=render_to_string("mail/letter.html", context),
        shown=render_to_string("mail/_letter.html", context),
    )


def shown(html: str) -> SafeString:
    """The content of a message that was sent, for a page of ours: what its document holds between its body's tags.

    Safe to show as it is: it was written by ``write`` with everything escaped, and is never taken from anybody.
    """
    _head, _, rest = html.partition("<body>")
    return mark_safe(rest.rpartition("</body>")[0])  # noqa: S308
