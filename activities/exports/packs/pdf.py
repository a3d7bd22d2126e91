"""The pack as PDF, tagged (PDF/UA-1), from the same page and the same stylesheet; nothing else is reached for."""

from __future__ import annotations

import logging
from datetime import date
from typing import Any

from activities.exports.packs.library import library
from activities.exports.packs.page import page_of, stylesheet
from activities.pack_document import PackDocument

MISSING = (
    "The PDF cannot be made here: WeasyPrint, or Pango that it stands on, is not installed. "
    "Whoever runs the tracker finds how under “Packs” in the README."
)
BASE = "https://pack.invalid/page/"
"""Stands for the page's own address; no such host can exist (RFC 2606)."""


def pdf_of(document: PackDocument, *, figures_hash: str, rendered_on: date | None = None) -> bytes:
    """The PDF, from the figures alone; ``UnavailableForm`` where the library is missing."""
    weasyprint = library("weasyprint", sentence=MISSING)
    logging.getLogger("weasyprint").setLevel(logging.CRITICAL)  # it warns of every rule that is meant for browsers
    page = page_of(document, figures_hash=figures_hash, rendered_on=rendered_on)
    html = weasyprint.HTML(string=page.decode(), base_url=BASE, url_fetcher=_fetcher(weasyprint))
    made: bytes = html.write_pdf(pdf_variant="pdf/ua-1", pdf_identifier=figures_hash.encode())
    return made


def _fetcher(weasyprint: Any) -> Any:
    """Hands out the stylesheet and reaches nothing."""

    class OwnStylesheet(weasyprint.urls.URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: Any = None) -> Any:
            if not url.endswith("/files/stylesheet/"):
                raise ValueError(f"A pack reaches for nothing outside itself, and for {url} neither.")
            return weasyprint.urls.URLFetcherResponse(url, stylesheet(), {"Content-Type": "text/css; charset=utf-8"})

    return OwnStylesheet()
