"""What does a proof say of worlds whose truth is known? By kind of world: how often each part says look or stop.

Usage: ``python -m benchmarks.proofs [--fits N] [--parts NAME ...] [--model fixed|recommended] [--first SEED]``. Every
world is fitted and proved in this process; a line of JSON each on stderr as it comes, the table at the end. A world is
*clean*, or has what its name says: a yearly peak that no column tells (``unseen``), a level that shifts or drifts,
returns far apart (``spread``), spend that follows demand (``confounded``, which no table can tell), a channel without
effect (``zero``); ``shift`` and ``copied`` are made from clean worlds.

Below the kinds: the predictive band over all folds; channels without effect, and *flighted* ones (a fifth of the
periods or more without activity) of at least 5 % of sales, that clear their ghosts; intervals of recovery on clean
worlds that hold the truth.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.worlds import FIRST_WORLD, World, world
from mmm_core.errors import MMMError
from mmm_core.proof.catalogue import PARTS
from mmm_core.proof.part import AnyPart
from mmm_core.proof.subject import Refitter, Subject, refitter
from mmm_core.sampler.sampling import compile_structure
from mmm_core.spec import spec_from
from mmm_core.table.typed import CanonicalData

WIDE_SPREAD = 1.0
"""Spread of log returns from which on a world counts as one of very different returns."""
LARGE = 0.05
"""Share of sales (fraction) from which on a channel should clear its ghosts."""
FLIGHTED = 0.2
"""Part of periods without activity from which on a channel is flighted."""
SHIFT = 0.15
COPY_NOISE = 0.05


def main() -> None:
    """Prove worlds, and count."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.proofs")
    parser.add_argument("--fits", type=int, default=80)
    parser.add_argument("--first", type=int, default=FIRST_WORLD)
    parser.add_argument("--parts", nargs="*", help="default: all")
    parser.add_argument("--model", choices=("fixed", "recommended"), default="recommended")
    options = parser.parse_args()
    parts = [part for part in PARTS if not options.parts or part.name in options.parts]
    refit = refitter(cache(compile_structure))
    rows = []
    for number in range(options.fits):
        kind, made = made_world(options.first + number, number)
        try:
            row = {"seed": options.first + number, "kind": kind} | proved(made, options.model, parts, refit)
        except MMMError as error:
            row = {"seed": options.first + number, "kind": kind, "refused": error.message}
        rows.append(row)
        print(json.dumps(row), file=sys.stderr, flush=True)
    print(json.dumps(summary(rows, [part.name for part in parts]), indent=1))


def made_world(seed: int, number: int) -> tuple[str, World]:
    """A world and its kind; of the clean ones every third is damaged by hand."""
    made = world(seed)
    kind = kind_of(made)
    if kind != "clean" or number % 3:
        return kind, made
    return ("shift", _shifted(made)) if number % 2 else ("copied", _copied(made, seed))


def kind_of(made: World) -> str:
    """What is wrong with a world, the worst first."""
    flags = made.flags
    for name, is_so in (
        ("confounded", flags["confounded"]),
        ("unseen", flags["unseen"]),
        ("drift", flags["drift"] != "none"),
        ("spread", flags["spread"] >= WIDE_SPREAD),
        ("zero", flags["zero"]),
    ):
        if is_so:
            return name
    return "clean"


def proved(made: World, model: str, parts: list[AnyPart], refit: Refitter) -> dict[str, Any]:
    """What each part says of a world: verdict, figure, channels not shown; and periods inside the predictive band."""
    subject = subject_of(made, model, refit)
    units: dict[str, dict[str, Any]] = {}
    row: dict[str, Any] = {
        "truth": {
            name: float(value / made.frame["sales"].sum())
            for name, value in zip(subject.channels, made.truth, strict=True)
        },
        "flighted": [name for name in subject.channels if (made.frame[f"act_{name}"] <= 0).mean() >= FLIGHTED],
    }
    for part in parts:
        name = part.reads or part.name
        source = next(each for each in PARTS if each.name == name)
        try:
            if name not in units:
                units[name] = {key: source.work(subject, key, refit) for key in source.units(subject)}
            told = part.tell(subject, units[name])
            row[part.name] = {"verdict": told.verdict, "value": told.value, "not_shown": told.not_shown}
            if part.name == "recovery":
                row["held"] = [world["inside"] for world in told.tables["worlds"]]
        except MMMError as error:
            row[part.name] = {"verdict": None, "value": None, "why": error.message}
    for fold in units.get("foresight", {}).values():
        row["inside"] = row.get("inside", 0) + fold.model.inside
        row["periods"] = row.get("periods", 0) + len(fold.observed)
    return row


def subject_of(made: World, model: str, refit: Refitter) -> Subject:
    """A world, fitted."""
    spec, table = spec_from(made.spec | {"model": {"kind": model}}), CanonicalData(made.frame, "WEEK")
    run = refit(table, spec)
    return Subject(spec, table, run.features, run.values, run.summary, pd.DataFrame())


def summary(rows: list[dict[str, Any]], parts: list[str]) -> dict[str, Any]:
    """By kind: worlds, and the share of them of which each part said look or stop."""
    by_kind = defaultdict(list)
    for row in rows:
        by_kind[row["kind"]].append(row)
    found: dict[str, Any] = {}
    for kind, group in sorted(by_kind.items()):
        known = [row for row in group if "refused" not in row]
        found[kind] = {"worlds": len(group), "refused": len(group) - len(known)}
        for part in parts:
            verdicts = [row[part]["verdict"] for row in known if row.get(part, {}).get("verdict")]
            if verdicts:
                found[kind][part] = {
                    "n": len(verdicts),
                    "look": round(verdicts.count("look") / len(verdicts), 3),
                    "stop": round(verdicts.count("stop") / len(verdicts), 3),
                }
    periods = sum(row.get("periods", 0) for row in rows)
    if periods:
        found["90 % band over all folds holds"] = round(sum(row.get("inside", 0) for row in rows) / periods, 3)
    held = [each for row in rows if row["kind"] == "clean" for each in row.get("held", [])]
    if held:
        found["recovery's intervals hold, clean worlds"] = {"n": len(held), "share": round(float(np.mean(held)), 3)}
    if "ghosts" in parts:
        found["channels that clear their ghosts"] = cleared(rows)
    return found


def cleared(rows: list[dict[str, Any]]) -> dict[str, str]:
    """Channels that clear their ghosts, of all of their sort, in the worlds in which ghosts were judged."""
    judged = [row for row in rows if row.get("ghosts", {}).get("verdict")]
    sorts: dict[str, Callable[[dict[str, Any], str], bool]] = {
        "without effect": lambda row, name: row["truth"][name] == 0,
        "large and flighted": lambda row, name: row["truth"][name] >= LARGE and name in row["flighted"],
        "large": lambda row, name: row["truth"][name] >= LARGE,
    }
    found = {}
    for sort, belongs in sorts.items():
        names = [(row, name) for row in judged for name in row["truth"] if belongs(row, name)]
        clears = sum(name not in row["ghosts"]["not_shown"] for row, name in names)
        found[sort] = f"{clears} of {len(names)}"
    return found


def _shifted(made: World) -> World:
    """The same with a level that falls for good after three fifths of the table."""
    frame = made.frame.copy()
    later = np.arange(len(frame)) > 0.6 * len(frame)
    frame["sales"] = frame["sales"] - SHIFT * frame["sales"].mean() * later
    lowest = 0.02 * made.frame["sales"].mean()
    return replace(made, frame=frame.assign(sales=frame["sales"].clip(lower=lowest)))


def _copied(made: World, seed: int) -> World:
    """The same with a channel more that is nearly the first, and does nothing."""
    rng = np.random.default_rng(seed)
    noise = np.exp(rng.normal(0, COPY_NOISE, len(made.frame)))
    frame = made.frame.assign(act_copy=made.frame["act_c0"] * noise, spend_copy=made.frame["spend_c0"] * noise)
    return replace(made, frame=frame, parts=np.column_stack([made.parts, np.zeros(len(frame))]))


if __name__ == "__main__":
    main()
