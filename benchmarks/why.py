"""Does the right cause get a move? Pairs of results of simulated worlds of which it is known what differs.

Usage: ``python -m benchmarks.why [--pairs N] [--first SEED]``. A pair is a world's result before and after *periods*
came (the last tenth of its weeks), *turns* (the last three tenths came, and in them the first channel brought three
times what it would have), *revisions* (a channel's activity and spend of a fifth of the table turned round and
doubled), *settings* (every decay moved by 0.3), or *all* three. The model has fixed settings. A line of JSON a pair on
stderr as it comes, the summary at the end: how much of each move that is more than noise its cause got; of pairs in
which all three differ, how often a second split from other seeds names the same cause, and by how many of its standard
errors a part is elsewhere.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.worlds import FIRST_WORLD, World, world
from mmm_core.compare import why
from mmm_core.compare.pair import Pair
from mmm_core.compare.why import Why
from mmm_core.errors import MMMError
from mmm_core.proof.subject import Refitter, Subject, refitter
from mmm_core.sampler.sampling import compile_structure
from mmm_core.spec import RunSpec, spec_from
from mmm_core.table.typed import CanonicalData

KINDS = ("periods", "turns", "revisions", "settings", "all")
CAUSES = {"turns": "periods"}
"""What the split calls the cause of a kind, where it is not the kind's own name."""
WEEKS = 110
NEW_WEEKS = {"turns": 33}
FEW_NEW_WEEKS = 11
TIMES = 3
DECAYS = {"before": 0.4, "now": 0.7}
ENOUGH = 0.8
"""Part of a move that its cause must get."""


def main() -> None:
    """Explain pairs, and count."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.why")
    parser.add_argument("--pairs", type=int, default=10, help="of each kind")
    parser.add_argument("--first", type=int, default=FIRST_WORLD)
    options = parser.parse_args()
    refit = refitter(cache(compile_structure))
    rows = []
    for kind in KINDS:
        for number in range(options.pairs):
            try:
                row = explained(options.first + number, kind, refit)
            except MMMError as error:
                row = {"seed": options.first + number, "kind": kind, "refused": error.message}
            rows.append(row)
            print(json.dumps(row), file=sys.stderr, flush=True)
    print(json.dumps(summary(rows), indent=1))


def explained(seed: int, kind: str, refit: Refitter) -> dict[str, Any]:
    """What the split says of a pair."""
    made = world(seed, weeks=WEEKS)
    before, now = (_subject(*each, refit) for each in _sides(made, kind, seed))
    pair = Pair(before, now)
    began = time.perf_counter()
    found = _split(pair, refit)
    row: dict[str, Any] = {
        "seed": seed,
        "kind": kind,
        "seconds": round(time.perf_counter() - began, 2),
        "fits": len(found.corners),
        "largest_error_of_sum": max(abs(sum(part.moved for part in move.parts) - move.moved) for move in found.moves),
        "moves": [
            {"kind": move.kind, "moved": move.moved, "noise": move.noise,
             "parts": {part.cause: part.moved for part in move.parts}}
            for move in found.of("share")
        ],
    }  # fmt: skip
    if kind == "all":
        row |= _against(found, _split(_reseeded(pair), refit))
    return row


def _sides(made: World, kind: str, seed: int) -> tuple[tuple[pd.DataFrame, RunSpec], ...]:
    frame, new = made.frame, NEW_WEEKS.get(kind, FEW_NEW_WEEKS)
    before = frame.iloc[:-new].reset_index(drop=True)
    if kind == "turns":
        is_new = np.arange(len(frame)) >= len(before)
        frame = frame.assign(sales=frame["sales"] + (TIMES - 1) * made.parts[:, 0] * is_new)
    now = frame if kind in ("periods", "turns", "all") else before
    now = _revised(now) if kind in ("revisions", "all") else now
    decay = "now" if kind in ("settings", "all") else "before"
    return (before, _spec(frame, "before", seed)), (now, _spec(frame, decay, seed + 1))


def _spec(frame: pd.DataFrame, decay: str, seed: int) -> RunSpec:
    columns = [str(column) for column in frame]
    return spec_from(
        {
            "dataset_id": "world",
            "drivers": [column for column in columns if column.startswith("act_")],
            "controls": [column for column in columns if column.startswith("ctrl_")],
            "feature_config": {"adstock": {"decay_default": DECAYS[decay]}},
            "model": {"kind": "fixed"},
            "random_seed": seed,
        }
    )


def _revised(frame: pd.DataFrame) -> pd.DataFrame:
    """A fifth of the table with the first channel's weeks turned round and doubled."""
    revised, rows = frame.copy(), slice(len(frame) // 3, len(frame) // 3 + len(frame) // 5)
    for column in ("act_c0", "spend_c0"):
        revised.loc[revised.index[rows], column] = 2 * frame[column].iloc[rows].to_numpy()[::-1]
    return revised


def _subject(frame: pd.DataFrame, spec: RunSpec, refit: Refitter) -> Subject:
    table = CanonicalData(frame, "WEEK")
    run = refit(table, spec)
    return Subject(spec, table, run.features, run.values, run.summary, pd.DataFrame())


def _split(pair: Pair, refit: Refitter) -> Why:
    return list(why.answer(pair, why.begin(pair, identity="", before="before", now="now"), refit))[-1]


def _reseeded(pair: Pair) -> Pair:
    """The same kept results, between which others are fitted from other seeds."""
    return Pair(_with_seed(pair.before), _with_seed(pair.now))


def _with_seed(run: Subject) -> Subject:
    spec = run.spec.model_copy(update={"random_seed": run.spec.random_seed + 1000})
    return Subject(spec, run.table, run.features, run.values, run.summary, run.fitted)


def _against(one: Why, other: Why) -> dict[str, Any]:
    same, apart = [], []
    for first, second in zip(one.of("share"), other.of("share"), strict=True):
        if first.kind == "moved":
            same.append((first.main and first.main.cause) == (second.main and second.main.cause))
        for mine, theirs in zip(first.parts, second.parts, strict=True):
            error = (mine.error**2 + theirs.error**2) ** 0.5
            if mine.cause != "chance" and error > 0:
                apart.append((mine.moved - theirs.moved) / error)
    return {"same_cause": same, "apart": apart}


def summary(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """By kind: pairs, moves, and how many of them their cause got enough of."""
    found: dict[str, Any] = {}
    for kind in KINDS:
        known = [row for row in rows if row["kind"] == kind and "refused" not in row]
        moves = [move for row in known for move in row["moves"] if abs(move["moved"]) > move["noise"]]
        found[kind] = {
            "pairs": len(known),
            "refused": sum(row["kind"] == kind and "refused" in row for row in rows),
            "channels": sum(len(row["moves"]) for row in known),
            "moves beyond noise": len(moves),
            "moves beyond both intervals": sum(move["kind"] == "moved" for move in moves),
            "largest error of the sum": max((row["largest_error_of_sum"] for row in known), default=0.0),
            "seconds a pair": round(float(np.median([row["seconds"] for row in known])), 2) if known else None,
        }
        if kind != "all":
            cause = CAUSES.get(kind, kind)
            parts = [move["parts"][cause] / move["moved"] for move in moves]
            clear = [move["parts"][cause] / move["moved"] for move in moves if move["kind"] == "moved"]
            found[kind] |= {
                f"its cause got {ENOUGH} or more": _share(parts),
                "the same of moves beyond both intervals": _share(clear),
                "least part of these": round(min(clear), 3) if clear else None,
            }
    both = [row for row in rows if "same_cause" in row]
    same, apart = ([each for row in both for each in row[name]] for name in ("same_cause", "apart"))
    found["all"] |= {
        "a second split names the same cause": round(float(np.mean(same)), 3) if same else None,
        "standard deviation of parts, in standard errors": round(float(np.std(apart)), 2) if apart else None,
    }
    return found


def _share(parts: list[float]) -> float | None:
    return round(float(np.mean([part >= ENOUGH for part in parts])), 3) if parts else None


if __name__ == "__main__":
    main()
