"""Does a refresh say what came, and whether advice changed? Growing tables of many kinds, by the command line.

Usage: ``python -m benchmarks.refreshes [TABLE …]``. Each table is fitted as it was before, then ``python -m mmm_core
refresh`` is given the file that came next. A line of JSON a table: seconds, exit code, what was said, and what is
wrong: an exit code or words that are not the ones expected, or advice that is said to have changed, or not, against
what the two results' own files say. The exit code is 1 where anything is wrong.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from mmm_core import __main__ as command_line
from mmm_core.labels import display_name
from tests.kinds.made import ESTIMATED, fitted, table

ROWS, NEW, SEED = 80, 8, 8
"""Weeks of the table, weeks that come, and a seed of which the first fit passes its checks."""
SAMPLER = {"draws": 1000, "tune": 1000, "chains": 2}
"""So many that the checks of a first fit seldom fail: a failed one advises nothing."""
FITTED = (0, 4)
"""Exit codes of a refresh that fitted: no advice changed, or some did."""
REFUSED = (1,)


@dataclass(frozen=True, slots=True)
class Growing:
    """A table, and the file that came next.

    Attributes
    ----------
    before
        The table as it was fitted.
    file
        Text of the file that came.
    codes
        Exit codes that are right.
    says
        Words that must be said.
    options
        More of the command's arguments.
    """

    before: Callable[[], pd.DataFrame]
    file: Callable[[], str]
    codes: tuple[int, ...]
    says: tuple[str, ...]
    options: tuple[str, ...] = ()


def main() -> int:
    """Refresh every table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.refreshes")
    parser.add_argument("tables", nargs="*", metavar="TABLE")
    options = parser.parse_args()
    rows = []
    for name in options.tables or TABLES:
        with tempfile.TemporaryDirectory() as root:
            rows.append(refreshed(name, Path(root)))
        print(json.dumps(rows[-1], ensure_ascii=False), flush=True)
    wrong = [row["table"] for row in rows if row["wrong"]]
    print(json.dumps({"tables": len(rows), "with something wrong": wrong}))
    return 1 if wrong else 0


def refreshed(name: str, root: Path) -> dict[str, Any]:
    """What the command says of a table, and what is wrong with it."""
    growing = TABLES[name]
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        before = fitted(growing.before(), root / "first", **ESTIMATED, sampler=SAMPLER)
    file, after = root / "next.csv", root / "after"
    file.write_text(growing.file())
    code, seconds, told, error = _command(
        ["refresh", str(before), str(file), "--out", str(after), "--json", *growing.options]
    )
    said = " ".join(_said(told, error).replace("\u00a0", " ").split())
    wrong = [] if code in growing.codes else [f"exit code {code}, not {growing.codes}"]
    wrong += [f"not said: {words}" for words in growing.says if words not in said]
    if code in FITTED:
        wrong += _wrong_news(before, after, code, json.loads(told)["news"])
    elif after.exists():
        wrong.append("something is left of what was refused")
    return {"table": name, "seconds": round(seconds, 1), "code": code, "said": said, "wrong": wrong}


def _command(arguments: list[str]) -> tuple[int, float, str, str]:
    told, error, began = io.StringIO(), io.StringIO(), time.perf_counter()
    with contextlib.redirect_stdout(told), contextlib.redirect_stderr(error):
        code = command_line.main(arguments)
    return code, time.perf_counter() - began, told.getvalue(), error.getvalue()


def _said(told: str, error: str) -> str:
    """The paragraph of a refresh, or of what refused it."""
    if not told.strip():
        return error
    found = json.loads(told)
    if "news" not in found:
        return told
    return str(found["said"])


def _wrong_news(before: Path, after: Path, code: int, news: dict[str, Any]) -> Iterator[str]:
    """Whether what is said to have changed is what differs between the results' own files."""
    earlier, later = (_advice(folder) for folder in (before, after))
    said = " ".join(news["changed"])
    if later["stop"] and re.search(r"usual plan|brings the most|At the margin", news["paragraph"]):
        yield f"advice of a failed fit: {news['paragraph']}"
    if (code == 4) != bool(news["changed"]) or ("No advice changed" in news["paragraph"]) != (code == 0):
        yield f"exit code {code}, and {news['paragraph']}"
    if earlier["stop"] or later["stop"]:
        if (earlier["stop"] != later["stop"]) != ("hecks of the fit" in said):
            yield f"checks stop {earlier['stop']}, now {later['stop']}: {said}"
        return
    if (earlier["largest"] != later["largest"]) != ("argest" in said):
        yield f"largest {earlier['largest']}, now {later['largest']}: {said}"
    for name in earlier["told"] ^ later["told"]:
        words = "can now be told" if name in later["told"] else "can no longer be told"
        if not any(words in line and display_name(name) in line for line in news["changed"]):
            yield f"{name} {words}: {said}"
    if not earlier["told"] ^ later["told"] and "be told from no effect" in said.replace("any more", ""):
        yield f"the same are told: {said}"
    if "hecks of the fit" in said:
        yield f"checks: {said}"


def _advice(folder: Path) -> dict[str, Any]:
    summary = json.loads((folder / "channel_summary.json").read_text())
    told = {each["channel"]: each["share"]["median"] for each in summary["channels"] if not each["cannot_be_told"]}
    checks = json.loads((folder / "diagnostics.json").read_text())
    return {
        "largest": max(told, key=lambda name: told[name]) if told else None,
        "told": set(told),
        "stop": checks["overall"] == "stop",
    }


def _csv(frame: pd.DataFrame, **options: Any) -> str:
    return str(frame.to_csv(index=False, **options))


def _weeks() -> pd.DataFrame:
    """The longest of the tables; earlier ones are its beginning."""
    return table(("tv", "search"), rows=ROWS + NEW, seed=SEED)


def _before() -> pd.DataFrame:
    return _weeks().head(ROWS)


def _months() -> pd.DataFrame:
    return table(rows=48, freq="MS")


def _regions() -> pd.DataFrame:
    frames = [table(entity="north", rows=ROWS + NEW), table(entity="south", rows=ROWS + NEW, seed=2)]
    return pd.concat(frames, ignore_index=True)


def _with_new_channel() -> pd.DataFrame:
    frame, random = _weeks(), np.random.default_rng(3)
    activity = np.where(np.arange(len(frame)) < ROWS, 0.0, random.gamma(2.0, 50.0, len(frame)).round(1))
    return frame.assign(act_podcast=activity, spend_podcast=activity)


def _revised() -> pd.DataFrame:
    frame = _weeks()
    frame.loc[70:79, ["act_tv", "spend_tv"]] = (frame.loc[70:79, ["act_tv", "spend_tv"]] * 1.5).round(2)
    return frame


def _turned() -> pd.DataFrame:
    """Cells of the whole table are revised: what one channel had is the other's."""
    names = {"act_tv": "act_search", "spend_tv": "spend_search", "act_search": "act_tv", "spend_search": "spend_tv"}
    return _stronger_tv().rename(columns=names)


def _stronger_tv() -> pd.DataFrame:
    """A table in which TV brings twice of what Search does."""
    frame = _weeks()
    lift = np.exp(0.12 * frame["act_tv"] / frame["act_tv"].mean())
    return frame.assign(sales=(frame["sales"] * lift).round(2))


def _in_thousands(frame: pd.DataFrame) -> pd.DataFrame:
    money = ["sales", "spend_tv", "spend_search"]
    return frame.assign(**{name: frame[name] / 1000 for name in money})


def _german() -> str:
    frame = _weeks().tail(NEW)
    frame = frame.assign(period_start=frame["period_start"].dt.strftime("%d.%m.%Y"))
    return _csv(frame, sep=";", decimal=",")


def _from_sunday() -> pd.DataFrame:
    frame = _weeks().tail(NEW)
    return frame.assign(period_start=frame["period_start"] - pd.Timedelta(days=1))


def _twice() -> pd.DataFrame:
    frame = _weeks().tail(NEW)
    return pd.concat([frame, frame.tail(2).assign(sales=lambda rows: rows["sales"] + 10)])


ADDED = f"{NEW} weeks added"
OTHER_UNIT = ("sales is about 0.001 times what it was", "another unit")
TABLES: dict[str, Growing] = {
    "longer weeks": Growing(_before, lambda: _csv(_weeks()), FITTED, (ADDED,)),
    "newer months": Growing(lambda: _months().head(42), lambda: _csv(_months().tail(6)), FITTED, ("6 months added",)),
    "panel": Growing(
        lambda: _regions().groupby("entity_id").head(ROWS), lambda: _csv(_regions()), FITTED, (ADDED,)
    ),
    "one region of two": Growing(
        lambda: _regions().groupby("entity_id").head(ROWS),
        lambda: _csv(_regions().query("entity_id == 'north'").tail(NEW)), REFUSED, ("not all 2 entities",),
    ),
    "a new channel": Growing(
        _before, lambda: _csv(_with_new_channel()), FITTED, (ADDED, "act_podcast and spend_podcast", "do not take")
    ),
    "a new channel in newer rows": Growing(
        _before, lambda: _csv(_with_new_channel().tail(NEW)), FITTED, (ADDED, "act_podcast and spend_podcast")
    ),
    "revised cells": Growing(_before, lambda: _csv(_revised()), FITTED, (ADDED, "20 cells revised", "TV (10)")),
    "a renamed column": Growing(
        _before, lambda: _csv(_weeks().rename(columns={"act_tv": "act_television"})), REFUSED, ("act_tv",)
    ),
    "newer rows alone": Growing(_before, lambda: _csv(_weeks().tail(NEW)), FITTED, (ADDED,)),
    "a gap between": Growing(
        _before, lambda: _csv(_weeks().tail(3)), REFUSED, ("1 irregular step (2024-07-08 to 2024-08-19)",)
    ),
    "a shorter table": Growing(_before, lambda: _csv(_weeks().head(60)), REFUSED, ("nothing",)),
    "a shorter table in place of it": Growing(
        _before, lambda: _csv(_weeks().head(60)), FITTED, ("20 weeks left out",), ("--replace",)
    ),
    "the same table": Growing(_before, lambda: _csv(_before()), REFUSED, ("nothing that the table does not have",)),
    "weeks twice": Growing(_before, lambda: _csv(_twice()), REFUSED, ("2 rows repeat", "first in row 10")),
    "other units": Growing(_before, lambda: _csv(_in_thousands(_weeks())), REFUSED, OTHER_UNIT),
    "other units of newer rows": Growing(
        _before, lambda: _csv(_in_thousands(_weeks().tail(NEW))), REFUSED, OTHER_UNIT
    ),
    "dates as 31.12.2024": Growing(_before, _german, FITTED, (ADDED,)),
    "weeks from Sunday on": Growing(_before, lambda: _csv(_from_sunday()), REFUSED, ("2024-07-08 to 2024-07-14",)),
    "channels turned round": Growing(
        lambda: _stronger_tv().head(ROWS), lambda: _csv(_turned()), (4,), ("The largest channel is Search", "it was TV")
    ),
}  # fmt: skip
"""Each kind of file that comes next."""


if __name__ == "__main__":
    sys.exit(main())
