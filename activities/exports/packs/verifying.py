"""Whether every frozen pack is what was frozen: its bytes, their hashes, its figures, and what its page prints.

Its rows are held against the newest entries of their history, so that rows, bytes and hashes that were forged to agree
with one another are found here too; whether somebody forged the history is for ``verify_history`` to say.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from activities.actions.packs import AT_FREEZING
from activities.exports.packs.printing import grouped
from activities.models import Pack, PackContent, PackFile
from activities.pack_document import canonical, hash_of, parse
from activities.pack_forms import PackForm


@dataclass
class PackReport:
    """What a check found: how much was looked at, and a sentence for each fault."""

    packs: int = 0
    files: int = 0
    faults: list[str] = field(default_factory=list)


COMPARED: dict[type[Any], dict[str, str]] = {
    Pack: {
        "meeting_id": "meeting",
        "number": "number",
        "round_id": "round",
        "previous_id": "pack before",
        "frozen_at": "moment of freezing",
        "frozen_by": "name of who froze it",
        "summary": "summary",
        "figures_hash": "hash of the figures",
        "corrected_why": "reason for a correction",
    },
    PackFile: {
        "pack_id": "pack",
        "form": "form",
        "name": "name",
        "content_type": "type",
        "size": "size",
        "sha384": "SHA-384",
        "made_at": "moment of making",
    },
}
"""What of a row is held against its newest entry in the history, and what each is called."""


def verify_packs() -> PackReport:
    """Check every pack of every plan, one file at a time; then versions, rows against history, and stray bytes."""
    report = PackReport()
    numbers: dict[str, list[int]] = defaultdict(list)
    for pack in Pack.objects.select_related("meeting__plan").order_by("id"):
        report.packs += 1
        files = {PackForm(file.form): file for file in PackFile.objects.filter(pack=pack)}
        report.files += len(files)
        named = f"{pack.meeting.plan.slug}, {pack.meeting}, version {pack.number}"
        report.faults += [f"{named}: {fault}" for fault in _faults_of(pack, files)]
        numbers[f"{pack.meeting.plan.slug}, {pack.meeting}"].append(pack.number)
    for meeting, found in numbers.items():
        report.faults += [f"{meeting}: {fault}" for fault in _faults_of_numbers(sorted(found))]
    report.faults += [fault for model in COMPARED for fault in _faults_of_rows(model)]
    of_files = set(PackFile.objects.values_list("sha384", flat=True))
    strays = sorted(set(PackContent.objects.values_list("sha384", flat=True)) - of_files)
    report.faults += [f"stored bytes {digest[:16]}… belong to no file of any pack" for digest in strays]
    return report


def _faults_of(pack: Pack, files: dict[PackForm, PackFile]) -> Iterator[str]:
    """What is wrong with one pack."""
    for form in sorted(AT_FREEZING - set(files)):
        yield f"the {form} is gone: no pack is frozen without it"
    for form, file in sorted(files.items()):
        content = PackContent.bytes_of(file.sha384)
        if content is None:
            yield f"{file.name}: its bytes are gone"
            continue
        digest = hash_of(content)
        if digest != file.sha384:
            yield f"{file.name}: its bytes have the SHA-384 {digest[:16]}…, it was stored with {file.sha384[:16]}…"
        if len(content) != file.size:
            yield f"{file.name}: it holds {len(content)} bytes, it was stored with {file.size}"
        if form == PackForm.FIGURES:
            yield from _faults_of_figures(pack, file, content)
        if form == PackForm.PAGE and grouped(pack.figures_hash) not in content.decode(errors="replace"):
            yield f"{file.name}: it does not print the hash of the pack’s figures"


def _faults_of_figures(pack: Pack, file: PackFile, content: bytes) -> Iterator[str]:
    """What is wrong with the figures: they are what every form was made from."""
    if hash_of(content) != pack.figures_hash:
        yield f"{file.name}: these are not the figures whose hash the pack was frozen with"
    try:
        document = parse(content)
    except ValueError as error:
        yield f"{file.name}: {error}"
        return
    if canonical(document) != content:
        yield f"{file.name}: it is not written as figures are"
    if (document.cover.version, document.cover.frozen_by) != (pack.number, pack.frozen_by):
        yield f"{file.name}: it is of another version, or was frozen by somebody else"


def _faults_of_numbers(numbers: list[int]) -> Iterator[str]:
    """Versions of a meeting's pack are numbered from 1 without a gap."""
    if numbers != list(range(1, len(numbers) + 1)):
        told = ", ".join(map(str, numbers))
        yield f"its packs are numbered {told}: they are numbered from 1 without a gap when they are frozen"


def _faults_of_rows(model: type[Any]) -> Iterator[str]:
    """Rows that are not what the newest entries of their history say, and entries whose row is gone."""
    compared = COMPARED[model]
    history = model.history.model._base_manager.order_by("id", "sequence")
    newest = {entry["id"]: entry for entry in history.values("id", *compared)}
    called = "pack" if model is Pack else "file of a pack"
    for row in model._base_manager.order_by("id").values("id", *compared):
        entry = newest.pop(row["id"], None)
        if entry is None:
            yield f"{called} {row['id']}: it has no entry in the history"
        elif other := ", ".join(words for name, words in compared.items() if row[name] != entry[name]):
            yield f"{called} {row['id']}: not what its newest entry in the history says: {other}"
    for gone in newest:
        yield f"{called} {gone}: it stands in the history, and its row is gone"
