"""Are the figures that a report says those of the run's own files, and do its sentences say what the figures say?

Files are read as plain JSON, and words by patterns of their own: nothing that makes the report is used but how a name
is shown.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from mmm_core.labels import display_names
from mmm_core.report.request import Numbers
from tests.kinds.read import Page, Table

FIGURE = r"[−-]?[\d.,]+(?:e[+−-]?\d+)?(?:\u00a0(?:k|M|bn)\b)?"
SIZES = {"k": 1e3, "M": 1e6, "bn": 1e9}
SPAN = rf"({FIGURE})(?:–| to )({FIGURE})"


class Facts(NamedTuple):
    """What a run's files say.

    Attributes
    ----------
    channels
        By the name that is shown.
    """

    summary: dict[str, Any]
    channels: dict[str, dict[str, Any]]
    checks: dict[str, Any]
    fitted: pd.DataFrame

    @property
    def told(self) -> set[str]:
        """Channels that can be told from no effect."""
        return {name for name, each in self.channels.items() if not each["cannot_be_told"]}


def facts(folder: Path) -> Facts:
    """Read them."""
    summary = json.loads((folder / "channel_summary.json").read_text())
    names = display_names([each["channel"] for each in summary["channels"]])
    channels = {names[each["channel"]]: each for each in summary["channels"]}
    checks = json.loads((folder / "diagnostics.json").read_text())
    return Facts(summary, channels, checks, pd.read_parquet(folder / "fitted.parquet"))


def wrong(page: Page, of: Facts, numbers: Numbers) -> list[str]:
    """Every figure and sentence that is not what the files say."""
    return [*_wrong_sentences(page, of, numbers), *_wrong_tables(page, of, numbers)]


def number(text: str, numbers: Numbers) -> tuple[float, float]:
    """A written number, and half a unit of its last place."""
    plain = text.replace("\u00a0%", "").replace("−", "-").strip()
    if numbers == "1.234,5":
        plain = plain.translate(str.maketrans(",.", ".,"))
    digits, _, size = plain.replace(",", "").partition("\u00a0")
    times = SIZES.get(size, 1.0)
    mantissa, _, exponent = digits.partition("e")
    places = len(mantissa.partition(".")[2])
    half = 0.5 * 10.0 ** (int(exponent or 0) - places)
    return float(digits) * times, half * times


def near(text: str, value: float, numbers: Numbers, *, times: float = 1.0) -> bool:
    """Whether a written number is ``value``, rounded to three figures or to its own places."""
    said, half = number(text, numbers)
    return abs(said - value * times) <= max(half, 0.0051 * abs(said)) * 1.001


def _wrong_sentences(page: Page, of: Facts, numbers: Numbers) -> Iterator[str]:
    said = page.said("headline")
    if "headline" in page.parts:
        yield from _media(said, of, numbers)
        yield from _leaders(said, of, numbers, "brought", "share", 100.0)
        yield from _leaders(said, of, numbers, "returned", "roi", 1.0)
        yield from _untold(said, of)
        yield from _checks(said, of)
        yield from _moves(said, of)
    if "fit" in page.parts:
        off = (of.fitted["y"] / of.fitted["y_hat_mean"] - 1).abs().median()
        found = re.search(rf"fitted to within ({FIGURE})", page.said("fit"))
        if not found or abs(number(found[1], numbers)[0] - 100 * off) > 0.051:
            yield f"typical miss {100 * off:.2f}: {page.said('fit')}"


def _media(said: str, of: Facts, numbers: Numbers) -> Iterator[str]:
    share, held = of.summary["media_share"], of.summary["interval_prob"]
    found = re.search(rf"Media brought ({FIGURE})\u00a0% of sales \(({FIGURE})\u00a0% interval {SPAN}\u00a0%\)", said)
    if not found:
        yield f"media is not said: {said}"
        return
    expected = (share["median"], held, share["low"], share["high"])
    yield from (
        f"media: {text} is not {value}"
        for text, value in zip(found.groups(), expected, strict=True)
        if not _places(text, value, numbers, 100.0)
    )


def _places(text: str, value: float, numbers: Numbers, times: float) -> bool:
    said, half = number(text, numbers)
    return abs(said - times * value) <= half * 1.001 + 1e-9


def _leaders(said: str, of: Facts, numbers: Numbers, verb: str, field: str, times: float) -> Iterator[str]:
    """Who is said to be first is first of those told, as surely as it is said; rivals have their intervals."""
    known = {name: each[field] for name, each in of.channels.items() if each[field] is not None}
    told = {name: known[name]["median"] for name in known if name in of.told}
    sentence = next((each for each in re.split(r"\n|(?<=%\)); ", said) if f"{verb} the most" in each), "")
    rest = said[said.index(sentence) :].split("\n")[0] if sentence else ""
    several = len(of.channels if field == "share" else known) > 1
    if bool(sentence) != bool(told and several):
        yield f"{verb} the most: said {bool(sentence)}, told {sorted(told)}"
    if not sentence:
        return
    first = max(told, key=lambda name: told[name])
    if not re.search(rf"(?:^|, ){re.escape(first)} (?:probably |may have )?{verb}", sentence):
        yield f"not {first}: {sentence}"
    figure = re.search(rf"most(?: for its money)?, ({FIGURE}).{{0,60}}?\({SPAN}", sentence)
    values = (known[first]["median"], known[first]["low"], known[first]["high"])
    if not figure or not all(
        near(text, value, numbers, times=times) for text, value in zip(figure.groups(), values, strict=True)
    ):
        yield f"{first} has {values}: {sentence}"
    is_largest = known[first]["median"] >= max(each["median"] for each in known.values())
    if ("channels that can be told" in sentence) == is_largest:
        yield f"largest of all {is_largest}: {sentence}"
    chance = of.channels[first]["p_largest" if field == "share" else "p_best_return"]
    if "probably" in sentence and (chance < 0.5 or not is_largest):
        yield f"probably, at {chance}: {sentence}"
    sure = not re.search(r"probably|may have", sentence.split(" the most")[0])
    field_of_chance = "p_largest" if field == "share" else "p_best_return"
    possible = [name for name in known if name != first and of.channels[name][field_of_chance] > 0.05]
    if sure and (possible or not is_largest):
        yield f"sure, at {chance}: {sentence}"
    for name, each in known.items():
        beside = re.search(rf"(?:; |, | and ){re.escape(name)} \({SPAN}", rest)
        if beside and not all(
            near(t, v, numbers, times=times) for t, v in zip(beside.groups(), (each["low"], each["high"]), strict=True)
        ):
            yield f"{name} has {each}: {rest}"


def _untold(said: str, of: Facts) -> Iterator[str]:
    line = next((each for each in said.split("\n") if "be told from no effect:" in each), "")
    untold = set(of.channels) - of.told
    if not untold:
        if line:
            yield f"all can be told: {line}"
        return
    if untold == set(of.channels):
        if not line.startswith("No channel can"):
            yield f"none can be told: {line}"
        return
    named = line.split(" cannot be told")[0]
    if (
        " cannot be told" not in line
        or any(name not in named for name in untold)
        or len(re.split(r", | and ", named)) < len(untold)
    ):
        yield f"not told {sorted(untold)}: {line}"


def _checks(said: str, of: Facts) -> Iterator[str]:
    passed = all(each["status"] == "pass" for each in of.checks["verdicts"])
    all_pass = "passes all" in said or "passes its check" in said
    if of.checks["verdicts"] and passed != all_pass:
        yield f"checks pass {passed}: {said}"


def _moves(said: str, of: Facts) -> Iterator[str]:
    """Money moves neither from nor to what cannot be told, and not at all where checks failed."""
    found = re.search(r"^Move .+? from (.+?) to (.+?): ", said, flags=re.M)
    if found and of.checks["overall"] == "stop":
        yield f"a move on failed checks: {found[0]}"
    if found:
        yield from (
            f"moves {name}, which cannot be told: {found[0]}"
            for name in set(of.channels) - of.told
            if name in re.split(r", | and ", f"{found[1]}, {found[2]}")
        )


def _wrong_tables(page: Page, of: Facts, numbers: Numbers) -> Iterator[str]:
    if "channels" in page.parts:
        adds_up, intervals = page.parts["channels"].tables
        yield from _sums(adds_up, numbers)
        for row in intervals.rows:
            each = of.channels[row[0].removesuffix(" · cannot be told")]
            if row[0].endswith(" · cannot be told") != each["cannot_be_told"]:
                yield f"told or not: {row}"
            for cell, estimate, times in zip(
                row[1:], (each["share"], each["additive"], each["removal"]), (100, 1, 1), strict=True
            ):
                yield from _cell(cell, estimate, numbers, times, row)
    if "returns" in page.parts and page.parts["returns"].tables:
        rows = page.parts["returns"].tables[0].rows
        with_spend = {name for name, each in of.channels.items() if each["spend"]}
        if {row[0].removesuffix(" · cannot be told") for row in rows} != with_spend:
            yield f"returns of {[row[0] for row in rows]}, spend of {with_spend}"
        for row in rows:
            each = of.channels[row[0].removesuffix(" · cannot be told")]
            if not near(row[1], each["spend"], numbers):
                yield f"spend {each['spend']}: {row}"
            for cell, estimate in zip(row[2:4], (each["roi"], each["mroi"]), strict=True):
                yield from _cell(cell, estimate, numbers, 1, row)
    if "plan" in page.parts and page.parts["plan"].tables:
        yield from _plan(page.parts["plan"].tables[0], page.said("plan"), numbers)


def _plan(table: Table, said: str, numbers: Numbers) -> Iterator[str]:
    """Who gives has less in the plan, who takes has more."""
    found = re.search(r"^Move .+? from (.+?) to (.+?): ", said, flags=re.M)
    if not found:
        return
    for names, sign in ((found[1], -1), (found[2], 1)):
        for row in table.rows:
            if row[0] in re.split(r", | and ", names):
                moved = number(row[2], numbers)[0] - number(row[1], numbers)[0]
                if sign * moved < 0 or row[3].startswith("+") != (sign > 0):
                    yield f"{found[0]}: {row}"


def _cell(cell: str, estimate: dict[str, float] | None, numbers: Numbers, times: float, row: object) -> Iterator[str]:
    if estimate is None:
        if cell != "–":
            yield f"a figure of nothing: {row}"
        return
    found = re.match(rf"({FIGURE})(?:\u00a0%)? \({SPAN}", cell)
    if not found:
        yield f"no figure: {row}"
        return
    size = re.search(r"\u00a0(k|M|bn)\)$", cell)
    shared = f"\u00a0{size[1]}" if size else ""
    texts = (found[1], *(each if "\u00a0" in each else each + shared for each in found.groups()[1:]))
    for text, value in zip(texts, (estimate["median"], estimate["low"], estimate["high"]), strict=True):
        said, half = number(text, numbers)
        if abs(said - times * value) > max(half, 0.0051 * abs(said)) * 1.001 + 1e-9:
            yield f"{text} is not {times * value}: {row}"


def _sums(table: Table, numbers: Numbers) -> Iterator[str]:
    for place in (1, 2):
        values = [number(row[place], numbers)[0] for row in table.rows]
        if not np.isclose(sum(values[:-1]), values[-1], rtol=0, atol=1e-6 * max(abs(values[-1]), 1)):
            yield f"{table.heads[place]} adds up to {sum(values[:-1])}, not {values[-1]}"
