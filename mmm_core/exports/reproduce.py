"""Make a run again from its own files, and say whether the numbers are the same.

:func:`script_of` writes the Python script that lies in the zip of a run, :func:`requirements_of` the versions it was
made with; :func:`run_again` and :func:`compare` are what the script calls.

The same versions on the same kind of machine give the same draws, so the numbers agree to rounding. Elsewhere the draws
are others, and numbers agree as two fits with different seeds do: within their Monte-Carlo errors.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from pprint import pformat
from typing import NamedTuple

from pydantic import BaseModel
from scipy.stats import norm

from mmm_core.exports.about import one_line
from mmm_core.results.channel_summary import ContributionSummary
from mmm_core.results.diagnostics import Diagnostics
from mmm_core.results.intervals import Estimate
from mmm_core.runs import execution, fits
from mmm_core.runs.folder import CANONICAL, CHANNELS, CHECKS, LABEL, MANIFEST, SPEC, read_manifest, whole
from mmm_core.runs.manifest import Manifest, versions
from mmm_core.sampler.compiling import compile_options
from mmm_core.scenarios.kept import Scenario
from mmm_core.workspace import folders, status, storage

SAME = 1e-9
"""Largest relative difference of numbers that count as the same."""
MOST_ERRORS = 4.0
"""Combined Monte-Carlo errors within which two fits of one model agree."""
SCRIPT = '''"""Makes this run again from the files beside it, and says whether its numbers are the same.

    {title}
    made on {date} with Python {python} and mmm_core {version}

    python -m pip install -r requirements.txt FOLDER    the versions of then; FOLDER: Marketing Mix Studio's source
    python reproduce.py                                 exit code 0: it agrees, 1: it does not

data           canonical_data.parquet, hash {data}
specification  run_spec.json, hash {spec}
"""

import sys
from pathlib import Path

from mmm_core.exports.reproduce import compare, run_again

here = Path(__file__).resolve().parent

# The table and the specification as the run had them; a file that has changed since is refused.
again = run_again(here, here / "again")

# Every number of channel_summary.json, the run's own beside the new one.
found = compare(here, again)
print(found.in_words())
sys.exit(0 if found.agrees else 1)
'''

PLAN_SCRIPT = '''"""Makes this plan again from the run that it was made of, and says whether the money is split alike.

    {title}
    made on {date} of {run}

    python plan.py FOLDER    FOLDER: the zip of that run, unpacked; exit code 0: it agrees, 1: it does not
"""

import sys
from pathlib import Path

from mmm_core.planning.request import PlanRequest
from mmm_core.proof.subject import read_subject
from mmm_core.scenarios.made import plan_for, response_for

# What was asked: only what differs from the defaults, which are one horizon of 13 periods with today's money.
REQUEST = PlanRequest.model_validate({request})

# Money of each channel over the horizon, as it was found.
FOUND = {found}

run = read_subject(Path(sys.argv[1]))
plan = plan_for(run, response_for(run, REQUEST.horizon, REQUEST.controls), REQUEST)
print(plan.headline(lambda number: f"{{number:,.0f}}"))
for channel in plan.channels:
    print(f"  {{channel.channel}}: {{channel.today:,.2f}} today, {{channel.plan:,.2f}} planned")

moved = sum(abs(channel.plan - FOUND.get(channel.channel, 0.0)) for channel in plan.channels)
print(f"{{moved:,.2f}} of {{plan.budget:,.2f}} differ from the plan as it was kept.")
sys.exit(0 if moved <= {allowed} * plan.budget else 1)
'''
ALLOWED = 0.002
"""Part of the budget by which a plan made again may differ: other processors end the search at other cents."""


class Comparison(NamedTuple):
    """How far two fits of one specification are apart.

    Attributes
    ----------
    difference
        Largest relative difference of any number of ``channel_summary.json`` (fraction).
    errors
        Largest difference of any mean, in combined Monte-Carlo errors of the two fits.
    where
        The estimate that is furthest apart in those errors, such as ``channels.tv.share``.
    changed
        What differs in how they were made, in words; empty: the same versions and options.
    partial
        The first fit was stopped before all draws were made: the second cannot have the same.
    """

    difference: float
    errors: float
    where: str
    changed: tuple[str, ...]
    partial: bool

    @property
    def is_same(self) -> bool:
        """Whether every number is the same to rounding."""
        return self.difference <= SAME

    @property
    def agrees(self) -> bool:
        """Whether the second fit gives the first one's answer: the same numbers, or within Monte-Carlo errors."""
        return self.is_same or self.errors <= MOST_ERRORS

    def in_words(self) -> str:
        """The verdict, and by which of the two rules it was judged."""
        if self.is_same:
            return (
                "The same numbers: no value of channel_summary.json differs by more than "
                f"{self.difference:.1e} of itself (the same to {SAME:.0e})."
            )
        if self.partial:
            why = "The run was stopped before all its draws were made"
        elif self.changed:
            why = f"Made with something else ({', '.join(self.changed)})"
        else:
            why = (
                "Versions and options are the same, but the draws are not: another kind of processor, or other sources "
                "of that version"
            )
        verdict = "the same answer" if self.agrees else "NOT the same answer"
        return (
            f"{why}. Judged as two fits of one model: means differ by at most {self.errors:.1f} Monte-Carlo errors "
            f"({self.where}); {MOST_ERRORS:g} are allowed: {verdict}."
        )


def script_of(manifest: Manifest, title: str) -> str:
    """The Python script that makes a run again; ``title`` says which run it is."""
    return SCRIPT.format(
        title=_in_a_docstring(title),
        date=f"{manifest.created_at:%Y-%m-%d}",
        python=manifest.versions.get("python", "unknown"),
        version=manifest.versions.get("mmm_core", "unknown"),
        data=manifest.canonical_hash,
        spec=manifest.spec_hash,
    )


def plan_script_of(scenario: Scenario) -> str:
    """The Python script that makes a kept plan again from the folder of its run."""
    asked = scenario.request.model_dump(mode="json", exclude_defaults=True)
    return PLAN_SCRIPT.format(
        title=_in_a_docstring(scenario.label.name or "Plan"),
        date=f"{scenario.created_at:%Y-%m-%d}",
        run=_in_a_docstring(f"{scenario.run_name} ({scenario.run_id})"),
        request=pformat(asked, width=110, sort_dicts=False),
        found=pformat({each.channel: each.plan for each in scenario.plan.channels}, width=110, sort_dicts=False),
        allowed=ALLOWED,
    )


def requirements_of(manifest: Manifest) -> str:
    """The libraries that can change a fit, at the versions of a run, as ``pip`` reads them."""
    own = ("python", "mmm_core")
    lines = [f"{name}=={version}" for name, version in sorted(manifest.versions.items()) if name not in own]
    python, version = (manifest.versions.get(name, "unknown") for name in own)
    head = f"# What can change a number of this run, as it was. Python {python}; mmm_core {version} from its source."
    return "\n".join([head, *lines]) + "\n"


def run_again(folder: Path, target: Path, on_progress: Callable[[status.Progress], None] | None = None) -> Path:
    """Fit the run in ``folder`` anew in ``target``, from its canonical table and its specification.

    Returns
    -------
    ``target``, a finished run.

    Raises
    ------
    StorageError
        The table or the specification is missing, or is no longer what the run was made of; or ``target`` holds
        something else than a run.
    MMMError
        The fit failed.
    """
    manifest = read_manifest(folder)
    folders.require_replaceable(target)
    with folders.filled_beside(target) as filled:
        for name in (CANONICAL, SPEC, LABEL):
            (filled / name).write_bytes(whole(folder, name).read_bytes())
        here = {"versions": versions(), "compile_options": compile_options(), "host_cores": os.cpu_count() or 1}
        storage.write_json(filled / MANIFEST, manifest.model_copy(update=here | {"outputs": {}, "seconds": {}}))
        status.create_status(filled, "VALIDATED")
        fits.build(filled)
        execution.execute_run(filled, on_progress)
        folders.swap_in(filled, target)
    return target


def compare(first: Path, second: Path) -> Comparison:
    """How far the numbers of two finished fits of one specification are apart.

    Raises
    ------
    StorageError
        One of them is not finished, or a file is damaged.
    """
    summaries = [storage.read_json(folder / CHANNELS, ContributionSummary) for folder in (first, second)]
    effective = [_draws_worth(folder) for folder in (first, second)]
    errors, where = max(_errors(summaries[0], summaries[1], *effective), default=(0.0, "nothing"))
    manifests = read_manifest(first), read_manifest(second)
    return Comparison(
        difference=max(_differences(*(each.model_dump() for each in summaries)), default=0.0),
        errors=errors,
        where=where,
        changed=tuple(_changed(*manifests)),
        partial=summaries[0].partial,
    )


def _in_a_docstring(name: str) -> str:
    """A name that people typed: it must not end the docstring, nor hide the rest of its line from a reader."""
    return "".join(sign for sign in one_line(name) if sign.isprintable()).replace("\\", "/").replace('"', "'")


def _draws_worth(folder: Path) -> float:
    """Independent draws that every estimate of a fit is worth at least: those of what is known least.

    The baseline moves with the level and the trend, whose draws are worth less than those of channels' totals.
    """
    found = storage.read_json(folder / CHECKS, Diagnostics)
    known = [each for each in (found.totals_ess_bulk, found.min_ess_bulk) if each is not None]
    return max(min(known, default=1.0), 1.0)


def _differences(first: object, second: object) -> Iterator[float]:
    """Relative differences of all numbers at the same place; infinite where one has what the other has not."""
    if isinstance(first, dict) and isinstance(second, dict) and first.keys() == second.keys():
        for key, value in first.items():
            yield from _differences(value, second[key])
    elif isinstance(first, list | tuple) and isinstance(second, list | tuple) and len(first) == len(second):
        for one, other in zip(first, second, strict=True):
            yield from _differences(one, other)
    elif isinstance(first, float) and isinstance(second, float):
        largest = max(abs(first), abs(second))
        yield abs(first - second) / largest if largest > 0 else 0.0
    else:
        yield 0.0 if first == second else math.inf


def _errors(
    first: ContributionSummary, second: ContributionSummary, worth: float, worth_then: float
) -> Iterator[tuple[float, str]]:
    """Differences of means in combined Monte-Carlo errors; their spread is read from the intervals, as of a Normal."""
    reach = 2 * norm.ppf(0.5 + first.interval_prob / 2)
    others = dict(_estimates(second))
    for where, one in _estimates(first):
        other = others.get(where)
        if other is None:
            yield math.inf, where
            continue
        spread = max(one.high - one.low, other.high - other.low) / reach
        error = spread * math.sqrt(1 / worth + 1 / worth_then)
        distance = abs(one.mean - other.mean)
        yield (distance / error if error > 0 else (0.0 if distance == 0 else math.inf)), where


def _estimates(part: object, where: str = "") -> Iterator[tuple[str, Estimate]]:
    """All estimates of a summary by the place where they stand."""
    if isinstance(part, Estimate):
        yield where, part
    elif isinstance(part, BaseModel):
        for name in type(part).model_fields:
            yield from _estimates(getattr(part, name), f"{where}.{name}".lstrip("."))
    elif isinstance(part, dict):
        for name, value in part.items():
            yield from _estimates(value, f"{where}.{name}")
    elif isinstance(part, tuple):
        for value in part:
            yield from _estimates(value, f"{where}.{getattr(value, 'channel', '')}")


def _changed(then: Manifest, now: Manifest) -> Iterator[str]:
    names = sorted(then.versions.keys() | now.versions.keys())
    for name in names:
        before, after = then.versions.get(name, "none"), now.versions.get(name, "none")
        if before != after:
            yield f"{name} {before} then, {after} now"
    if then.compile_options != now.compile_options:
        yield "other options of the compiler"
    if then.host_cores != now.host_cores:
        yield f"{then.host_cores} processors then, {now.host_cores} now"
