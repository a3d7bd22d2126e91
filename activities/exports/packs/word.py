"""The pack as a Word document: real headings, tables whose head repeats and whose rows stay whole, marked pages."""

from __future__ import annotations

from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from activities.exports.packs.library import library
from activities.exports.packs.printing import Numbered, Printing, clean, marked
from activities.pack_document import Cell, PackDocument, Row, Table

MISSING = (
    "The Word document cannot be made here: python-docx is not installed. "
    "Whoever runs the tracker finds how under “Packs” in the README."
)
FONT = "Arial"
INK, SOFT, RULE = "18211F", "55605D", "D5D3CB"
NUMBERS = ("number", "change")
STILL = (1980, 1, 1, 0, 0, 0)
"""The time in a file's parts: the same pack is the same bytes."""


def word_of(document: PackDocument, *, figures_hash: str, rendered_on: date | None = None) -> bytes:
    """The document, from the figures alone; ``UnavailableForm`` where the library is missing."""
    docx = library("docx", sentence=MISSING)
    writer = _Writer(docx, Printing(document, figures_hash, rendered_on))
    writer.write()
    return _still(writer.document)


def _still(document: Any) -> bytes:
    """The file with the same time in all its parts."""
    made, kept = BytesIO(), BytesIO()
    document.save(made)
    with ZipFile(made) as parts, ZipFile(kept, "w", ZIP_DEFLATED) as file:
        for part in parts.infolist():
            file.writestr(ZipInfo(part.filename, STILL), parts.read(part), ZIP_DEFLATED)
    return kept.getvalue()


class _Writer:
    """A document while it is written."""

    def __init__(self, docx: Any, printing: Printing) -> None:
        self.docx, self.printing = docx, printing
        self.document = docx.Document()
        self._set_up()

    def write(self) -> None:
        """Write the cover and every section; the annex begins on a page of its own."""
        self._cover()
        self.document.add_page_break()
        for each in self.printing.sections:
            self._section(each)
        if self.printing.annexes:
            self.document.add_page_break()
        for each in self.printing.annexes:
            self._section(each)

    # The document as a whole ---------------------------------------------------------------------------------------

    def _set_up(self) -> None:
        """Language, properties, letters, A4, and what stands at the head and the foot of every page."""
        cover, properties = self.printing.cover, self.document.core_properties
        position = datetime.fromisoformat(cover.position).astimezone(UTC).replace(tzinfo=None, microsecond=0)
        properties.author = properties.last_modified_by = clean(cover.frozen_by)
        properties.title, properties.subject = clean(f"Pack: {self.printing.title}"), clean(cover.plan_title)
        properties.language, properties.comments, properties.keywords = "en-NZ", "", clean(cover.marking)
        properties.created = properties.modified = position
        properties.revision = 1
        self._styles()
        section = self.document.sections[0]
        mm = self.docx.shared.Mm
        section.page_width, section.page_height = mm(210), mm(297)
        section.left_margin = section.right_margin = mm(15)
        section.top_margin = section.bottom_margin = mm(18)
        if cover.marking:
            self._centred(section.header.paragraphs[0], cover.marking)
            self._centred(section.footer.paragraphs[0], cover.marking)
        foot = section.footer.add_paragraph() if cover.marking else section.footer.paragraphs[0]
        foot.add_run(f"{clean(self.printing.title)}, page ")
        self._field(foot, "PAGE")
        foot.add_run(" of ")
        self._field(foot, "NUMPAGES")

    def _styles(self) -> None:
        styles, points = self.document.styles, self.docx.shared.Pt
        for name, size in (("Normal", 10), ("Title", 20), ("Heading 1", 13), ("Caption", 10), ("Footer", 8)):
            style = styles[name]
            style.font.name, style.font.size = FONT, points(size)
            style.font.color.rgb = self.docx.shared.RGBColor.from_string(INK)
            fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
            for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):  # a theme's letters come first
                fonts.attrib.pop(self.docx.oxml.ns.qn(f"w:{theme}"), None)
        line = styles["Title"].element.pPr.find(self.docx.oxml.ns.qn("w:pBdr"))
        styles["Title"].element.pPr.remove(line)
        styles["Normal"].paragraph_format.space_after = points(4)
        styles["Caption"].paragraph_format.keep_with_next = True
        styles["Caption"].paragraph_format.space_before = points(8)
        defaults = styles.element.find(".//" + self.docx.oxml.ns.qn("w:rPrDefault"))
        language = defaults.find(".//" + self.docx.oxml.ns.qn("w:lang"))
        language.set(self.docx.oxml.ns.qn("w:val"), "en-NZ")

    def _centred(self, paragraph: Any, words: str) -> None:
        paragraph.text = clean(words)
        paragraph.alignment = self.docx.enum.text.WD_ALIGN_PARAGRAPH.CENTER

    def _field(self, paragraph: Any, instruction: str) -> None:
        """A field that Word computes, such as the number of the page."""
        field = self._element("w:fldSimple", instr=instruction)
        paragraph._p.append(field)

    def _element(self, name: str, **attributes: str) -> Any:
        element = self.docx.oxml.OxmlElement(name)
        for attribute, value in attributes.items():
            element.set(self.docx.oxml.ns.qn(f"w:{attribute}"), value)
        return element

    # What stands in it ---------------------------------------------------------------------------------------------

    def _cover(self) -> None:
        printing = self.printing
        self._paragraph(printing.cover.plan_title)
        self.document.add_paragraph(clean(f"Pack for the {printing.cover.meeting}"), style="Title")
        facts = self._grid(len(printing.facts), 2, head=False)
        for row, (label, words) in zip(facts.rows, printing.facts, strict=True):
            self._fill(row.cells[0], label, soft=True)
            self._fill(row.cells[1], words)
        self._widths(facts, (45, 135))
        self.document.add_paragraph("Contents", style="Caption")
        for each in (*printing.sections, *printing.annexes):
            self._paragraph(each.heading)

    def _section(self, numbered: Numbered) -> None:
        self.document.add_heading(clean(numbered.heading), level=1)
        for text in numbered.section.paragraphs:
            self._paragraph(text)
        for table in numbered.section.tables:
            if table.rows:
                self._table(table)
            elif table.empty:  # its sentence says it all
                self._paragraph(table.empty)

    def _paragraph(self, text: str) -> None:
        self.document.add_paragraph(clean(text))

    def _table(self, table: Table) -> None:
        """A table with its caption before it; a row's notes stand under it in one cell of the whole width."""
        self.document.add_paragraph(clean(table.caption), style="Caption")
        lines = 1 + sum(2 if row.notes else 1 for row in table.rows) + bool(table.total)
        grid = self._grid(lines, len(table.columns), head=True)
        drawn = iter(grid.rows)
        self._row(next(drawn), table, tuple(column.label for column in table.columns), soft=True)
        for row in table.rows:
            line = next(drawn)
            self._row(line, table, row.cells)
            if row.notes:
                self._keep_with_next(line)
                self._notes(next(drawn), row)
        if table.total:
            self._row(next(drawn), table, table.total, bold=True)
        self.document.add_paragraph()

    def _row(
        self, drawn: Any, table: Table, cells: tuple[Cell, ...], *, soft: bool = False, bold: bool = False
    ) -> None:
        for place, (box, cell, column) in enumerate(zip(drawn.cells, cells, table.columns, strict=True)):
            right = column.kind in NUMBERS and place > 0
            self._fill(box, marked(cell, column.kind), soft=soft, bold=bold, right=right)

    def _keep_with_next(self, drawn: Any) -> None:
        for box in drawn.cells:
            box.paragraphs[0].paragraph_format.keep_with_next = True

    def _notes(self, drawn: Any, row: Row) -> None:
        boxes = drawn.cells
        whole = boxes[0].merge(boxes[-1])
        for place, note in enumerate(row.notes):
            paragraph = whole.paragraphs[0] if place == 0 else whole.add_paragraph()
            paragraph.paragraph_format.left_indent = self.docx.shared.Mm(5)
            self._run(paragraph, f"{note.label} ", bold=True)
            self._run(paragraph, note.text)

    def _fill(self, box: Any, words: str, *, soft: bool = False, bold: bool = False, right: bool = False) -> None:
        paragraph = box.paragraphs[0]
        run = self._run(paragraph, words, bold=bold)
        if soft:
            run.font.color.rgb = self.docx.shared.RGBColor.from_string(SOFT)
        if right:
            paragraph.alignment = self.docx.enum.text.WD_ALIGN_PARAGRAPH.RIGHT

    def _run(self, paragraph: Any, words: str, *, bold: bool = False) -> Any:
        run = paragraph.add_run(clean(words))
        run.font.size, run.bold = self.docx.shared.Pt(9), bold or None
        paragraph.paragraph_format.space_after = self.docx.shared.Pt(1)
        return run

    def _grid(self, rows: int, columns: int, *, head: bool) -> Any:
        """An empty table with hairlines between its rows; none of them is broken, and the head repeats."""
        grid = self.document.add_table(rows, columns)
        borders = self._element("w:tblBorders")
        for side in ("top", "bottom", "insideH"):
            borders.append(self._element(f"w:{side}", val="single", sz="4", space="0", color=RULE))
        grid._tbl.tblPr.find(self.docx.oxml.ns.qn("w:tblW")).addnext(borders)  # the order is the standard's
        for row in grid.rows:
            row._tr.get_or_add_trPr().append(self._element("w:cantSplit"))
        if head:
            grid.rows[0]._tr.get_or_add_trPr().append(self._element("w:tblHeader"))
        return grid

    def _widths(self, grid: Any, millimetres: tuple[int, ...]) -> None:
        grid.autofit = False
        for row in grid.rows:
            for box, width in zip(row.cells, millimetres, strict=True):
                box.width = self.docx.shared.Mm(width)
