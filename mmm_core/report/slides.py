"""A report as slides: sentences, charts and tables that PowerPoint draws itself, so that each can be changed.

Long sections go on on another slide; nothing is set smaller than it can be read.
"""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from typing import Any

from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.util import Emu, Inches, Pt

from mmm_core.charts.style import LIGHT, ChartMeta
from mmm_core.exports.gallery import STUDIO
from mmm_core.report import texts
from mmm_core.report.content import Drawn, Grid, Report, Section
from mmm_core.report.native import add_chart
from mmm_core.report.written import printable

WIDTH, HEIGHT = Inches(13.333), Inches(7.5)
LEFT, TOP, INNER = Inches(0.6), Inches(1.35), Inches(12.13)
TITLE_TOP, TITLE_HEIGHT = Inches(0.4), Inches(0.85)
BOTTOM = Inches(6.75)
"""Where a slide's content ends; the source stands below."""
TITLE_ONLY = 5
"""Layout of the template with a title and nothing else."""
LINES = 18
"""Lines of sentences on a slide."""
LINE_LENGTH = 100
"""Characters of a line of sentences."""
TABLE_LINES = 17
"""Lines of a table's rows on a slide."""
LEAD_LINES = 4
"""Lines of sentences that a chart or table has room for above it."""
LINES_ABOVE_A_CHART = 3
TABLE_WIDTH = 140
"""Characters across a table."""
LONGEST_SOURCE = 320


def slides(report: Report) -> bytes:
    """The report as a PowerPoint file."""
    deck = Presentation()
    deck.slide_width, deck.slide_height = WIDTH, HEIGHT
    deck.core_properties.title = printable(report.title)[:250]
    deck.core_properties.author = STUDIO
    _Deck(deck, report).fill()
    written = io.BytesIO()
    deck.save(written)
    return written.getvalue()


class _Deck:
    """The slides of one report, added one after the other."""

    def __init__(self, deck: Any, report: Report) -> None:
        self._deck, self._report = deck, report

    def fill(self) -> None:
        self._first()
        for section in self._report.sections:
            self._section(section)
        notes = [f"{place}. {note.about}: {note.text}" for place, note in enumerate(self._report.footnotes, start=1)]
        self._sentences(texts.NOTES_TITLE, notes, size=12)

    def _text(self, text: str) -> str:
        return printable(self._report.writing.text(text))

    def _first(self) -> None:
        slide = self._slide(self._report.title, top=Inches(2.3), size=36, height=Inches(1.6))
        self._words(slide, [self._text(self._report.subtitle)], top=Inches(3.95), height=Inches(0.6), size=18)
        if self._report.warning:
            self._words(
                slide, [self._text(self._report.warning)], top=Inches(4.7), height=Inches(1.4), size=18, bold=True,
                colour="#B3261E",
            )  # fmt: skip
        logo = self._report.logo
        if logo is not None:
            height = min(Inches(1.2), int(Inches(3.2) * logo.height / logo.width))
            slide.shapes.add_picture(io.BytesIO(logo.png), LEFT, Inches(0.6), height=Emu(height))

    def _section(self, section: Section) -> None:
        """Sentences on slides of their own, unless they are few: then they stand above the first chart or table."""
        said = [*section.sentences, *([f"{texts.OWN_NOTE}: {section.note}"] if section.note.strip() else [])]
        lines = sum(math.ceil(len(each) / LINE_LENGTH) for each in said)
        lead = said if lines <= LEAD_LINES and (section.charts or section.grids) else []
        if said and not lead:
            self._sentences(section.title, said)
        if section.charts and lines > LINES_ABOVE_A_CHART and lead:
            self._sentences(section.title, said)
            lead = []
        for place, chart in enumerate(section.charts):
            self._chart(chart, section.title, lead if place == 0 else [])
        for place, grid in enumerate(section.grids):
            self._grid(section.title, grid, lead if place == 0 and not section.charts else [])

    def _slide(self, title: str, *, top: int = TITLE_TOP, size: int = 26, height: int = TITLE_HEIGHT) -> Any:
        slide = self._deck.slides.add_slide(self._deck.slide_layouts[TITLE_ONLY])
        shape = slide.shapes.title
        shape.left, shape.top, shape.width, shape.height = LEFT, top, INNER, height
        shape.text_frame.text = self._text(title)[:200] if size < 30 else printable(title)
        shape.text_frame.word_wrap = True
        shape.text_frame.vertical_anchor = MSO_ANCHOR.MIDDLE
        paragraph = shape.text_frame.paragraphs[0]
        paragraph.alignment = PP_ALIGN.LEFT
        long = len(title) > 55
        _set(paragraph, size=int(size * 0.7) if long else size, colour=LIGHT.ink, bold=True)
        source = self._text(self._report.source)
        source = source if len(source) <= LONGEST_SOURCE else f"{source[: LONGEST_SOURCE - 1]}…"
        self._words(slide, [source], top=Inches(6.88), height=Inches(0.5), size=9, colour=LIGHT.muted)
        return slide

    def _words(
        self, slide: Any, said: Sequence[str], *, top: int, height: int, size: int, bold: bool = False,
        colour: str = LIGHT.ink, bullets: bool = False,
    ) -> None:  # fmt: skip
        frame = slide.shapes.add_textbox(LEFT, top, INNER, height).text_frame
        frame.word_wrap = True
        for place, sentence in enumerate(said):
            paragraph = frame.paragraphs[0] if place == 0 else frame.add_paragraph()
            paragraph.text = sentence.replace("\n", "\v")
            paragraph.space_after = Pt(8 if bullets else 2)
            _set(paragraph, size=size, colour=colour, bold=bold)

    def _sentences(self, title: str, said: Sequence[str], *, size: int = 17) -> None:
        """Sentences on as many slides as they take."""
        page: list[str] = []
        room = LINES * 17 / size
        used, length = 0.0, LINE_LENGTH * 17 / size
        for sentence in _cut(said, int(length * room)):
            lines = math.ceil(len(sentence) / length) + 0.5 + sentence.count("\n")
            if page and used + lines > room:
                self._said(title, page, size)
                page, used = [], 0.0
            page.append(sentence)
            used += lines
        self._said(title, page, size)

    def _said(self, title: str, page: Sequence[str], size: int) -> None:
        slide = self._slide(title)
        said = [self._text(sentence) for sentence in page]
        self._words(slide, said, top=TOP, height=Emu(BOTTOM - TOP), size=size, bullets=True)

    def _lead(self, slide: Any, lead: Sequence[str]) -> int:
        """Sentences above a chart or table; where they end."""
        if not lead:
            return TOP
        lines = sum(math.ceil(len(each) / LINE_LENGTH) for each in lead)
        height = Inches(0.12 + 0.34 * lines)
        self._words(slide, [self._text(each) for each in lead], top=TOP, height=height, size=16)
        return Emu(TOP + height + Inches(0.1))

    def _chart(self, chart: Drawn, section: str, lead: Sequence[str]) -> None:
        figure = chart.draw()
        title = figure.layout.title.text or chart.name
        slide = self._slide(section if lead else title)
        top = self._lead(slide, lead)
        below = [self._text(chart.says)]
        note = self._report.notes.get(chart.name, "")
        if note.strip():
            below.append(f"{texts.OWN_NOTE}: {printable(note)}")
        lines = sum(math.ceil(len(each) / 140) + each.count("\n") for each in below)
        height = Inches(min(0.3 + 0.22 * lines, 2.6))
        box = (LEFT, top, INNER, Emu(BOTTOM - top - height))
        alt = self._text(ChartMeta.of(figure).alt)
        add_chart(slide, chart.plain, box, alt=alt, title=self._text(title) if lead and title != section else "")
        self._words(slide, below, top=Emu(BOTTOM - height), height=height, size=12, colour=LIGHT.muted)

    def _grid(self, section: str, grid: Grid, lead: Sequence[str]) -> None:
        """A table, on as many slides as its rows take; each begins with its heads."""
        widths = _widths(grid)
        rows: list[tuple[str, ...]] = []
        heads = _lines(grid.heads, widths)
        room = TABLE_LINES - heads - (1 + sum(math.ceil(len(each) / 80) for each in lead) if lead else 0)
        used = 0
        for row in grid.rows:
            lines = _lines(row, widths)
            if rows and used + lines > room:
                self._table(section, grid, rows, widths, lead)
                rows, used, lead, room = [], 0, [], TABLE_LINES - heads
            rows.append(row)
            used += lines
        if rows:
            self._table(section, grid, rows, widths, lead)

    def _table(
        self, section: str, grid: Grid, rows: Sequence[tuple[str, ...]], widths: Sequence[float], lead: Sequence[str]
    ) -> None:
        slide = self._slide(f"{section} {grid.title}" if section.endswith("?") else f"{section}: {grid.title}")
        height = Inches(0.29 * (1 + len(rows)))
        table = slide.shapes.add_table(
            1 + len(rows), len(grid.heads), LEFT, self._lead(slide, lead), INNER, height
        ).table
        for place, width in enumerate(widths):
            table.columns[place].width = Emu(int(INNER * width))
        is_last = bool(rows) and rows[-1] is grid.rows[-1]
        for number, row in enumerate([grid.heads, *rows]):
            bold = number == 0 or (grid.sums and is_last and number == len(rows))
            for place, text in enumerate(row):
                cell = table.cell(number, place)
                cell.margin_top = cell.margin_bottom = Inches(0.03)
                cell.text_frame.text = self._text(text).replace("\n", " ")
                paragraph = cell.text_frame.paragraphs[0]
                paragraph.alignment = PP_ALIGN.LEFT if place in grid.words else PP_ALIGN.RIGHT
                cell.fill.solid()
                cell.fill.fore_color.rgb = _colour(LIGHT.paper if number == 0 else LIGHT.card)
                _set(paragraph, size=12, colour=LIGHT.ink, bold=bold)


def _cut(said: Sequence[str], most: int) -> list[str]:
    """The same sentences, those that no slide has room for in pieces at a blank."""
    pieces = []
    for sentence in said:
        left = sentence
        while len(left) > most:
            at = left.rfind(" ", 0, most)
            at = at if at > 0 else most
            pieces.append(f"{left[:at]} …")
            left = left[at:].lstrip()
        pieces.append(left)
    return pieces


def _widths(grid: Grid) -> list[float]:
    """Parts of the table's width, by what columns hold (Σ = 1)."""
    longest = [
        min(max(len(row[place]) for row in (grid.heads, *grid.rows)) + 3, 90) for place in range(len(grid.heads))
    ]
    least = [max(each, 13) for each in longest]
    return [each / sum(least) for each in least]


def _lines(row: Sequence[str], widths: Sequence[float]) -> int:
    return max(
        math.ceil((len(text) + 1) / max(TABLE_WIDTH * width, 6)) for text, width in zip(row, widths, strict=True)
    )


def _set(paragraph: Any, *, size: int, colour: str, bold: bool) -> None:
    font = paragraph.font
    font.size, font.bold, font.color.rgb = Pt(size), bold, _colour(colour)


def _colour(colour: str) -> Any:
    return RGBColor.from_string(colour.removeprefix("#"))
