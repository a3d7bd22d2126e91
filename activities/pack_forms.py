"""The files of a pack: one table of what each is called, how it is offered and named, and of which type it is."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import TextChoices


class PackForm(TextChoices):
    """A file of a frozen pack."""

    FIGURES = "figures", "Figures (JSON)"
    PAGE = "page", "Pack (HTML)"
    STYLESHEET = "stylesheet", "Stylesheet (CSS)"
    PDF = "pdf", "Pack (PDF)"
    WORD = "word", "Pack (Word)"
    EXCEL = "excel", "Annex (Excel)"


@dataclass(frozen=True)
class FormMeaning:
    """How one form is offered (``The pack``, ``PDF``), what its file's name says and ends in, and its media type."""

    title: str
    format: str
    called: str
    ending: str
    content_type: str


_OFFICE = "application/vnd.openxmlformats-officedocument"

FORMS: dict[PackForm, FormMeaning] = {
    PackForm.PAGE: FormMeaning("The pack", "HTML", "pack", "html", "text/html; charset=utf-8"),
    PackForm.PDF: FormMeaning("The pack", "PDF", "pack", "pdf", "application/pdf"),
    PackForm.WORD: FormMeaning("The pack", "Word", "pack", "docx", f"{_OFFICE}.wordprocessingml.document"),
    PackForm.EXCEL: FormMeaning("Annex", "Excel", "pack annex", "xlsx", f"{_OFFICE}.spreadsheetml.sheet"),
    PackForm.FIGURES: FormMeaning("Figures", "JSON", "pack figures", "json", "application/json"),
    PackForm.STYLESHEET: FormMeaning(
        "Stylesheet of the HTML", "CSS", "pack stylesheet", "css", "text/css; charset=utf-8"
    ),
}
"""Every form, in the order in which a pack's page offers them."""
