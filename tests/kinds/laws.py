"""What a report must be, whatever the run: no gaps in words, one file that asks for nothing, slides that hold all."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from pptx import Presentation

from mmm_core.report.content import Bars, Curve, Lines, Report
from tests.kinds.read import Page

BROKEN = re.compile(
    r"\bNone\b|\bnan\b|\binf\b|\{\w*\}| {2}|^\W*$|\.\.(?!\.)|: ?\.|; ?[;.]|\( ?\)|^[a-z]|\bundefined\b|\*\*|`"
    r"|\]\(|</?\w+>|&\w+;|\b1 (?:week|month|channel|check|year|period|question|other setting)s\b"
    r"|\ba a\b|\bthe the\b| ,| \.(?!\d)"
)
"""What no sentence may have: words of a program, marks of another language, gaps, an end without an answer, a beginning
without a capital."""
ELSEWHERE = re.compile(r"https?:|//|@import|url\((?!data:)", flags=re.I)
EMU = 914400
POINTS = 72


def broken_words(page: Page, names: Sequence[str]) -> list[str]:
    """Sentences and cells that are empty or broken; ``names`` are people's, and may be anything."""
    found = []
    for part in page.parts.values():
        if not (part.sentences or part.tables):
            found.append(f"nothing is said under {part.title}")
        said = [without(sentence, names) for sentence in part.sentences]
        found += [f"{part.title}: {each}" for each in said if BROKEN.search(each)]
        for table in part.tables:
            cells = [without(cell, names) for row in table.rows for cell in row]
            found += [f"{table.title}: {each!r}" for each in cells if not each or PROGRAM.search(each)]
    found += [each for each in (without(text, names) for text in page.texts) if PROGRAM.search(each)]
    return found


PROGRAM = re.compile(r"\b(?:None|nan|NaN|NaT|inf|undefined)\b|\{\w*\}")


def without(text: str, names: Sequence[str]) -> str:
    """A text with people's names taken out of it."""
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(name, "Name")
    return text


def reaches_out(page: Page, names: Sequence[str]) -> list[str]:
    """What of a page asks for something elsewhere, or is not where it is pointed at."""
    found, ids = [], [each.get("id") for each in page.root.iter() if isinstance(each.tag, str) and each.get("id")]
    found += [f"id {name} twice" for name in set(ids) if ids.count(name) > 1]
    for each in page.root.iter():
        if not isinstance(each.tag, str):
            continue
        if each.tag in ("link", "iframe", "object", "embed", "base", "form"):
            found.append(f"<{each.tag}>")
        for name in ("src", "href", "action", "srcset", "style"):
            value = each.get(name, "")
            if ELSEWHERE.search(value.removeprefix("data:image/png;base64,") if name != "src" else value[:40]):
                found.append(f"{each.tag} {name}={value[:80]}")
            if name in each.attrib and name == "href" and value.removeprefix("#") not in ids:
                found.append(f"no place {value}")
        found += [f"{each.tag} {name}" for name in each.attrib if str(name).startswith("on")]
    for style in page.root.iter("style"):
        found += ELSEWHERE.findall(style.text)
    scripts = len(list(page.root.iter("script")))
    if scripts != 2 + len(page.figures):
        found.append(f"{scripts} scripts")
    return found + list(_live_names(page, names))


def _live_names(page: Page, names: Sequence[str]) -> Iterator[str]:
    """Names that a chart would take for marks of its own."""
    marked = [name for name in names if re.search(r"<\w|&\w+;", name)]
    for chart, themes in page.figures.items():
        for text in _strings(themes):
            yield from (f"{chart}: {name} in {text[:80]}" for name in marked if name in text)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from _strings(each)


def wrong_slides(report: Report, content: bytes) -> list[str]:
    """What of slides is not native, not the numbers of the run, or leaves its place."""
    deck = Presentation(io.BytesIO(content))
    shapes = [(number, shape) for number, slide in enumerate(deck.slides, start=1) for shape in slide.shapes]
    found = [f"slide {number}: a picture" for number, shape in shapes if shape.shape_type == 13 and number > 1]
    charts = [shape.chart for _, shape in shapes if shape.has_chart]
    plains = [chart.plain for section in report.sections for chart in section.charts]
    if len(charts) != len(plains):
        found.append(f"{len(charts)} charts of {len(plains)}")
    for chart, plain in zip(charts, plains, strict=False):
        found += _wrong_chart(chart, plain)
    for number, shape in shapes:
        outside = (
            shape.left < 0
            or shape.top < 0
            or shape.left + shape.width > deck.slide_width
            or shape.top + shape.height > deck.slide_height
        )
        if outside:
            found.append(f"slide {number}: leaves it")
        if shape.has_text_frame:
            found += [f"slide {number}: {words}" for words in _too_long(shape)]
        if shape.has_table:
            found += [f"slide {number}: {words}" for words in _too_tall(shape, int(deck.slide_height or 0))]
    return found


def _wrong_chart(chart: Any, plain: Bars | Lines | Curve) -> Iterator[str]:
    drawn = list(chart.plots[0].series)
    if len(drawn) != len(plain.series):
        yield f"{len(drawn)} series of {len(plain.series)}"
    for mine, told in zip(drawn, plain.series, strict=False):
        values = [value for value in told.values if value is not None or not isinstance(plain, Curve)]
        same = np.allclose(_numbers(mine.values), _numbers(values), rtol=1e-9, atol=0, equal_nan=True)
        if not same:
            yield f"series {told.name}: {list(mine.values)[:5]} of {values[:5]}"


def _numbers(values: Sequence[float | None]) -> Any:
    return np.array([np.nan if value is None else value for value in values], float)


def _too_long(shape: Any) -> Iterator[str]:
    """A box whose words, as wide and high as they are about, do not fit."""
    frame = shape.text_frame
    inner = (shape.width / EMU - 0.2) * POINTS
    height = 0.1 * POINTS
    for paragraph in frame.paragraphs:
        size = paragraph.font.size or (paragraph.runs[0].font.size if paragraph.runs else None)
        points = size.pt if size is not None else 18
        lines = sum(max(math.ceil(width_of(line, points) / inner), 1) for line in re.split("[\v\n]", paragraph.text))
        height += lines * points * 1.2 + (paragraph.space_after.pt if paragraph.space_after is not None else 0)
    if height > shape.height / EMU * POINTS * 1.03 + 8:
        yield f"{height:.0f} points of words in {shape.height / EMU * POINTS:.0f}: {frame.text[:60]!r}"


def _too_tall(shape: Any, slide: int) -> Iterator[str]:
    table, height = shape.table, shape.top / EMU * POINTS
    for row in table.rows:
        lines = 1
        for column, cell in zip(table.columns, row.cells, strict=True):
            inner = (column.width / EMU - 0.2) * POINTS
            lines = max(lines, _lines(cell.text_frame.text, 12, inner))
        height += max(row.height / EMU * POINTS, lines * 12 * 1.2 + 0.06 * POINTS)
    if height > slide / EMU * POINTS - 0.55 * POINTS:
        yield f"a table ends at {height:.0f} of {slide / EMU * POINTS:.0f} points: {table.cell(0, 0).text_frame.text!r}"


def _lines(text: str, size: float, room: float) -> int:
    """Lines that words take, broken at blanks, and within a word that is longer than a line."""
    lines, used = 1, 0.0
    for word in text.split(" "):
        width = width_of(f"{word} ", size)
        if used + width > room and used:
            lines, used = lines + 1, 0.0
        lines += int(width // room)
        used += width % room
    return lines


def width_of(text: str, size: float) -> float:
    """About how wide a text is in Calibri (points)."""
    return size * sum(_part_of_em(each) for each in text)


def _part_of_em(letter: str) -> float:
    if ord(letter) > 0x2E80:
        return 1.0
    if letter in " .,;:'|!ijl()[]–-":
        return 0.27
    if letter in "mwMW@%":
        return 0.8
    return 0.58 if letter.isupper() else 0.5
