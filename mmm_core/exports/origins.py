"""Where a number comes from: what it estimates, on which scale, with which interval, of which draws, rows and files.

What it *estimates* depends on the number (:mod:`mmm_core.exports.estimands`); all else is the same for every number of
a run. Pages say it where the pointer or the keyboard rests on a figure's mark, reports in footnotes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from mmm_core.exports.about import Said, one_line
from mmm_core.exports.estimands import ESTIMANDS, Scale
from mmm_core.exports.gallery import Exhibit
from mmm_core.labels import counted, per_spend, sales_label
from mmm_core.results.channel_summary import ContributionSummary
from mmm_core.runs.datasets import Units
from mmm_core.runs.manifest import Manifest
from mmm_core.spec import RecommendedModel, RunSpec
from mmm_core.spec.model import LinkName

LINKS: dict[LinkName, str] = {
    "estimated": "with a link between effects that add up and effects that multiply, which is estimated",
    "log": "on the logarithm of sales: effects multiply",
    "identity": "on sales themselves: effects add up",
}


@dataclass(frozen=True, slots=True)
class Origin:
    """All that is known of where the numbers of a fit come from.

    Attributes
    ----------
    units
        Of sales and spend.
    link
        On which scale the model is fitted, in words.
    given
        On what conditions figures hold; empty: that is said elsewhere.
    facts
        What is the same for every number: interval, draws, rows, data, specification, result.
    """

    units: Units
    link: str
    given: str
    facts: tuple[Said, ...]

    def of(self, figure: str) -> list[Said]:
        """Where a number comes from; ``figure`` is a name of :data:`ESTIMANDS`."""
        found = ESTIMANDS[figure]
        scale = [] if found.scale == "none" else [Said("Scale", self._counted_in(found.scale))]
        return [Said("Estimand", f"{found.says} {self.given}".strip()), *scale, *self.facts]

    def also(self, about: str, text: str) -> Origin:
        """The same with one fact more."""
        return replace(self, facts=(*self.facts, Said(about, text)))

    def _counted_in(self, scale: Scale) -> str:
        amounts = f"Amounts are in the table's own units ({sales_label(self.units.target)})"
        per = f"a return is {per_spend(self.units.target, self.units.spend)}"
        said = {
            "sales": amounts,
            "share": "A part of all fitted sales, in percent",
            "return": per.capitalize(),
            "both": f"{amounts}, shares are parts of all fitted sales, {per}",
            "part": "A part of one, in percent",
            "model": "The model's own",
        }
        return f"{said[scale]}; the model is fitted {self.link}."


def of_run(run: Exhibit, manifest: Manifest, run_id: str) -> Origin:
    """Where the numbers of a finished run come from."""
    summary, checks = run.outputs.summary, run.outputs.diagnostics
    drawn = f"{checks.chains * checks.draws:,} draws of {counted(checks.chains, 'chain')}"
    return Origin(
        run.units,
        _link(run.spec),
        f"Of {run.conditions()}",
        (
            _interval(summary),
            Said("Draws", drawn + (", stopped before all were made." if summary.partial else ".")),
            _rows(int(run.outputs.fitted["y"].notna().sum()), run.outputs.scaler.grain),
            *_files(manifest),
            Said("Result", f"Run {run_id}, made on {_made(manifest)}"),
        ),
    )


def of_results(named: Mapping[str, Origin]) -> Origin:
    """Where numbers come from that stand beside each other, of at least one result: a fact a result, by its name."""
    last = list(named.values())[-1]
    found = tuple(Said(name, " ".join(_sentence(fact.text) for fact in each.facts)) for name, each in named.items())
    return Origin(last.units, last.link, "", found)


def _sentence(text: str) -> str:
    return text if text.endswith(".") else f"{text}."


def of_estimate(
    summary: ContributionSummary, manifest: Manifest, spec: RunSpec, *, draft_id: str, draws: str, rows: int, grain: str
) -> Origin:
    """Where a live estimate comes from; ``draws`` says how its draws were made, ``rows`` are those with sales."""
    return Origin(
        Units(),
        _link(spec),
        "",
        (
            _interval(summary),
            Said("Draws", draws),
            _rows(rows, grain),
            *_files(manifest),
            Said("Result", f"Estimate {draft_id}, made on {_made(manifest)}"),
        ),
    )


def _link(spec: RunSpec) -> str:
    return LINKS[spec.model.link if isinstance(spec.model, RecommendedModel) else "log"]


def _interval(summary: ContributionSummary) -> Said:
    held = f"Highest-density intervals with {100 * summary.interval_prob:g}\u00a0% of the posterior."
    return Said("Interval", f"{held} Single figures are medians, parts that add up are means.")


def _rows(number: int, grain: str) -> Said:
    return Said("Rows", f"{counted(number, grain.lower())} with sales {'was' if number == 1 else 'were'} fitted.")


def _files(manifest: Manifest) -> tuple[Said, Said]:
    return (
        Said("Data", f"{one_line(manifest.source_name)}, {manifest.dataset_hash or 'hash not kept'}"),
        Said("Specification", f"run_spec.json, {manifest.spec_hash}"),
    )


def _made(manifest: Manifest) -> str:
    version = manifest.versions.get("mmm_core", "of an unknown version")
    return f"{manifest.created_at:%Y-%m-%d %H:%M} UTC with mmm_core {version}"
