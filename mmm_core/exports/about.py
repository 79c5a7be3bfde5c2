"""What is said of a run wherever it is taken away: what it is made of, in which units, and on what conditions.

The README of the zip and the first sheet of the workbook say the same sentences.
"""

from __future__ import annotations

from typing import NamedTuple

from mmm_core.exports.gallery import STUDIO, Exhibit
from mmm_core.labels import break_even_in_words, day, display_names
from mmm_core.results import variants
from mmm_core.results.conditions import conditions, tried_in_words
from mmm_core.results.headline import media_in_words, most_in_words, unclear_in_words, unclear_rule
from mmm_core.runs.datasets import Units
from mmm_core.runs.manifest import Manifest

CHECKS = {
    "pass": "The fit passes every check.",
    "look": "Some checks of the fit ask for care: Diagnostics (diagnostics.json) says which, and what to do.",
    "stop": "Checks of the fit failed: do not use these numbers before you have read Diagnostics (diagnostics.json).",
}


class Said(NamedTuple):
    """A paragraph, and a word or two for what it is about."""

    about: str
    text: str


def title_of(run: Exhibit) -> str:
    """What is taken away, on one line."""
    return f"{one_line(run.name)}: what each channel brought"


def about_run(run: Exhibit, manifest: Manifest) -> list[Said]:
    """What the numbers of a run are, and on what conditions they hold, paragraph by paragraph."""
    summary, units = run.outputs.summary, run.units
    tried, said = manifest.drafts_before, units.target != Units().target
    unclear, answer = unclear_in_words(summary), [media_in_words(summary), most_in_words(summary)]
    found = [
        Said("Answer", f"{'; '.join(one_line(part) for part in answer if part)}."),
        Said(
            "Source",
            f"Made of {one_line(manifest.source_name)} on {day(manifest.created_at)} by {STUDIO} "
            f"(mmm_core {manifest.versions.get('mmm_core', 'unknown')}). {run.conditions()}",
        ),
        Said(
            "Units",
            (f"Sales are in {one_line(units.target)}" if said else "What sales are counted in is not said")
            + (f", spend in {one_line(units.spend)}." if units.spend else "; the currency of spend is not said.")
            + _break_even(run),
        ),
        Said(
            "Intervals",
            f"Intervals (low, high) hold {100 * summary.interval_prob:.0f} % of the posterior. {conditions(summary)}",
        ),
        Said("Carry-over", _carry_over(run)),
        Said("Settings tried", f"{tried_in_words(tried)}."),
        Said(
            "Checks",
            CHECKS[run.outputs.diagnostics.overall] + (f" {unclear}: {unclear_rule(summary)}." if unclear else ""),
        ),
        Said(
            "How to read",
            "An interval above zero is no evidence of an effect: effects are positive by assumption. Additive "
            "contributions add up to the fitted line; removal contributions say what would be missing without one "
            "channel, and overlap.",
        ),
    ]
    if summary.mroi_note:
        found.append(Said("Next 1 %", summary.mroi_note))
    if run.others:
        found.append(Said("Other settings", variants.across(summary, run.others)))
    return found


def _break_even(run: Exhibit) -> str:
    """When spend pays, for which margin, as the chart of returns has it; empty: there is no such line."""
    least = run.units.break_even
    if least is None or not run.has_returns:
        return ""
    return f" Returns are set against {break_even_in_words(least, run.units.margin)}."


def _carry_over(run: Exhibit) -> str:
    """What of each channel's effect lasts: as it was set, or as it was estimated."""
    labels = display_names(run.channels)
    begun = f"Share of the effect that is still felt one {run.outputs.scaler.grain.lower()} later"
    found = {row.name: row for row in run.outputs.parameters.parameters}
    if run.outputs.summary.model == "fixed":
        decays = ", ".join(f"{labels[name]} {run.spec.decay(name):g}" for name in run.channels)
        return f"{begun}, as set: {decays}."
    rows = [(labels[name], found[f"decay[{name}]"]) for name in run.channels if f"decay[{name}]" in found]
    decays = ", ".join(f"{label} {row.mean:.2f} ({row.hdi_3:.2f} to {row.hdi_97:.2f})" for label, row in rows)
    return f"{begun}, estimated (mean and 94 % interval of the decay; an effect may also build up first): {decays}."


def one_line(text: str) -> str:
    """A text whose blanks and line ends are one blank each."""
    return " ".join(text.split())
