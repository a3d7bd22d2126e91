"""The files of a pack: its figures, made once when it is frozen, and every form that is printed from them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.conf import settings

from activities.actions.packs import MadeFile, PackOrder
from activities.exports.packs.excel import excel_of
from activities.exports.packs.page import page_of, stylesheet
from activities.exports.packs.pdf import pdf_of
from activities.exports.packs.printing import file_name
from activities.exports.packs.word import word_of
from activities.models import Pack, PackContent, PackFile
from activities.pack_document import PackDocument, canonical, hash_of, parse
from activities.pack_forms import FORMS, PackForm
from activities.reading import Reading
from activities.summaries.packs import pack_document
from tnoc_tracker.record.days import day_of, long_date

PRINTED: dict[PackForm, Callable[..., bytes]] = {
    PackForm.PDF: pdf_of,
    PackForm.WORD: word_of,
    PackForm.EXCEL: excel_of,
}
"""The forms that are made after freezing, one by one: a library may be missing. In this order."""


CHECKS = "“manage.py verify_packs” and “manage.py verify_history”"
"""What an operator runs where a stored file is not what was frozen."""


class Unreadable(Exception):
    """A stored file is gone, or its bytes are not those that were stored; ``verify_packs`` says which.

    The message is a sentence for whoever asked for the file: it says which one it is, and nothing of what it holds.
    """

    def __init__(self, words: str, *, pack_id: int, form: str) -> None:
        """Which form of which pack it is, for the log of events."""
        super().__init__(words)
        self.pack_id, self.form = pack_id, form


class Uncountable(Unreadable):
    """The figures of the last pack cannot be read: what changed since then cannot be counted, and no pack is made."""


def document_of(order: PackOrder, *, site: str) -> PackDocument:
    """The figures that an order comes to: of the register as recorded up to the order's moment, and no later."""
    reading = Reading(order.meeting.plan, day_of(order.at), order.at)
    return pack_document(
        reading,
        meeting=order.meeting,
        number=order.number,
        previous=last_figures(order.previous) if order.previous else None,
        previous_at=order.previous.frozen_at if order.previous else None,
        frozen_by=order.frozen_by,
        summary=order.summary,
        corrected_why=order.corrected_why,
        marking=settings.PROTECTIVE_MARKING,
        site=site,
        tells_entered=not settings.DEMONSTRATION,
    )


def at_freezing(order: PackOrder, *, site: str) -> list[MadeFile]:
    """What a pack is frozen with: the figures, the page printed from them, and the page's stylesheet."""
    document = document_of(order, site=site)
    figures = canonical(document)
    page = page_of(document, figures_hash=hash_of(figures))
    made = ((PackForm.FIGURES, figures), (PackForm.PAGE, page), (PackForm.STYLESHEET, stylesheet()))
    return [_made(document, form, content) for form, content in made]


def printed_from(pack: Pack, form: PackForm, *, rendered_on: date | None) -> MadeFile:
    """A form of a frozen pack, printed from its stored figures alone; ``rendered_on`` where that is done later.

    ``UnavailableForm`` where a library is missing on this machine.
    """
    document = figures_of(pack)
    content = PRINTED[form](document, figures_hash=pack.figures_hash, rendered_on=rendered_on)
    return _made(document, form, content)


def _made(document: PackDocument, form: PackForm, content: bytes) -> MadeFile:
    return MadeFile(form, file_name(document.cover, form), FORMS[form].content_type, content)


def last_figures(pack: Pack) -> PackDocument:
    """The figures of the pack before; ``Uncountable`` with a sentence that says what to do where they are none."""
    try:
        return figures_of(pack)
    except Unreadable as damage:
        raise _uncountable(pack, "are not those that were frozen") from damage
    except ValueError as error:
        raise _uncountable(pack, "cannot be read") from error


def _uncountable(pack: Pack, wrong: str) -> Uncountable:
    words = (
        f"The figures of the pack of {long_date(day_of(pack.frozen_at))}, version {pack.number}, {wrong}: "
        f"the change since then cannot be counted. Have an operator run {CHECKS}; nothing is frozen."
    )
    return Uncountable(words, pack_id=pack.id, form=PackForm.FIGURES)


def figures_of(pack: Pack) -> PackDocument:
    """The stored figures of a pack; ``Unreadable`` where they are not those that were frozen."""
    file = PackFile.objects.filter(pack=pack, form=PackForm.FIGURES).first()
    if file is None or file.sha384 != pack.figures_hash:
        words = f"The figures of version {pack.number} of the pack do not have the hash that it was frozen with."
        raise Unreadable(words, pack_id=pack.id, form=PackForm.FIGURES)
    return parse(content_of(file))


def content_of(file: PackFile) -> bytes:
    """The bytes of a stored file; ``Unreadable`` where they are gone or are others."""
    content = PackContent.bytes_of(file.sha384)
    if content is None or hash_of(content) != file.sha384:
        words = f"The stored bytes of {file.name} are not those that were frozen."
        raise Unreadable(words, pack_id=file.pack_id, form=file.form)
    return content
