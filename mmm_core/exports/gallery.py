"""Every chart of a run: where it hangs, when it is there, and the words that belong under it.

The Results page, the zip and whatever else shows a run walk this list. A new chart is a function in ``charts`` that
takes the theme, and a line in :data:`GALLERY`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

import plotly.graph_objects as go

from mmm_core.charts import contributions, curves, events, fit, other_settings, parameters
from mmm_core.labels import added_up, day, display_names, listed, per_spend, percent, sales_label
from mmm_core.lineup import colour_places
from mmm_core.model.preview import saturation_curves
from mmm_core.results.channel_summary import ContributionSummary
from mmm_core.results.conditions import FAILED_CHECKS
from mmm_core.runs.datasets import Units
from mmm_core.runs.outputs import Outputs
from mmm_core.spec import RecommendedModel, RunSpec
from mmm_core.table.validation import ValidationReport

type Tab = Literal[
    "Contributions",
    "Overlap and figures",
    "Fit",
    "Return on spend",
    "Other settings",
    "Curves",
    "Parameters",
    "Diagnostics",
]
STUDIO = "Marketing Mix Studio"
"""Who made a picture: the last words under it."""


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A finished run with all that its charts are drawn from.

    Attributes
    ----------
    name
        What the run is called.
    others
        Answers under other settings, by what differs; empty where nobody has asked.
    report
        What was noticed about the table; None: an older version made the run.
    places
        Of the channels' colours (:mod:`mmm_core.lineup`); empty: an older version made the run.
    """

    name: str
    outputs: Outputs
    spec: RunSpec
    units: Units
    others: Mapping[str, ContributionSummary] = field(default_factory=dict)
    report: ValidationReport | None = None
    places: Mapping[str, int] = field(default_factory=dict)

    @property
    def sales(self) -> str:
        """What an axis of sales is called."""
        return sales_label(self.units.target)

    @property
    def channels(self) -> list[str]:
        """Bare names of the channels, the largest first."""
        return list(self.outputs.summary.names)

    @property
    def colours(self) -> Mapping[str, int]:
        """Place of each channel's colour: that of its table, or else that in the model."""
        return colour_places({channel: (channel,) for channel in self.outputs.scaler.channels}, self.places)

    def conditions(self) -> str:
        """Period of the result, and what its intervals take as given."""
        first, last = self.outputs.fitted["period_start"].min(), self.outputs.fitted["period_start"].max()
        saturation = "with the saturation chosen" if self.has_saturation else "without saturation"
        given = f"given the decay settings and {saturation}: intervals do not include uncertainty about them."
        if self.outputs.summary.model == "recommended":
            given = self._estimated()
        report = self.report
        added = added_up(report.entities, report.n_entities) if report else ""
        return (
            f"{day(first)} to {day(last)}; {given} Causal only if spend was not set by expected sales."
            + (" Stopped early: fewer draws than planned." if self.outputs.summary.partial else "")
            + (f" {added}" if added else "")
        )

    def _estimated(self) -> str:
        """What the recommended model estimates in this run, and what of it a person holds."""
        held = [name for name in self.channels if self.spec.freedom(name) == "fixed"]
        if len(held) == len(self.channels):
            return "carry-over and saturation as set, how effects combine is estimated: intervals include that alone."
        what = "carry-over, saturation" if self.has_saturation else "without saturation; carry-over"
        labels = display_names(self.channels)
        return f"{what} and how effects combine are estimated, and intervals include that." + (
            f" Held as set: {listed([labels[name] for name in held])}." if held else ""
        )

    def source(self) -> str:
        """The line under a picture: whose result it is, and on what conditions."""
        failed = f" · {FAILED_CHECKS}" if self.outputs.diagnostics.overall == "stop" else ""
        return f"{self.name}{failed} · {percent(self.outputs.summary.interval_prob)} intervals · {self.conditions()}"

    @property
    def beside_intervals(self) -> Mapping[str, ContributionSummary]:
        """Answers under other settings where intervals hold given these; empty where they include the choice."""
        return self.others if self.outputs.summary.model == "fixed" else {}

    @property
    def has_saturation(self) -> bool:
        """Whether activity has diminishing returns in this run."""
        return self.spec.feature_config.saturation.enabled

    @property
    def has_returns(self) -> bool:
        """Whether any channel has spend."""
        return any(channel.roi for channel in self.outputs.summary.channels)


class Piece(NamedTuple):
    """One chart of a run.

    Attributes
    ----------
    name
        Tells it from the run's other charts, and names its files.
    draw
        Draws it; takes the theme (``dark``) and what a page lets a person choose, such as ``freq``.
    is_there
        Whether the run has it.
    instead
        What is said in its place where the run has none; empty: nothing.
    """

    name: str
    tab: Tab
    draw: Callable[..., go.Figure]
    is_there: Callable[[Exhibit], bool] = lambda _: True
    instead: str = ""


def _over_time(run: Exhibit, *, freq: contributions.Period = "period", dark: bool = False) -> go.Figure:
    outputs = run.outputs
    return contributions.contributions_over_time(
        outputs.decomposition,
        run.sales,
        summary=outputs.summary,
        places=run.colours,
        observed=outputs.fitted,
        grain=outputs.scaler.grain,
        freq=freq,
        events=outputs.scaler.events,
        dark=dark,
    )


def _roi(run: Exhibit, *, dark: bool = False) -> go.Figure:
    per = per_spend(run.units.target, run.units.spend)
    return contributions.roi(
        run.outputs.summary,
        per=per,
        break_even=run.units.break_even,
        margin=run.units.margin,
        others=run.beside_intervals,
        places=run.colours,
        dark=dark,
    )


def _events(run: Exhibit, *, dark: bool = False) -> go.Figure:
    outputs = run.outputs
    ends = {"log": 0.0, "identity": 1.0}
    link = run.spec.model.link if isinstance(run.spec.model, RecommendedModel) else "log"
    estimated = next((row.mean for row in outputs.parameters.parameters if row.name == "lambda"), 1.0)
    power = ends.get(link, estimated)
    return events.event_effects(outputs.parameters.parameters, grain=outputs.scaler.grain, power=power, dark=dark)


def _adstock(run: Exhibit, *, dark: bool = False) -> go.Figure:
    return curves.adstock(run.spec, run.channels, run.colours, grain=run.outputs.scaler.grain, dark=dark)


def _diagnostics(run: Exhibit, *, dark: bool = False) -> go.Figure:
    chains = run.outputs.diagnostics.sampler.chains
    rows = run.outputs.parameters.parameters
    return parameters.diagnostics(rows, run.channels, run.colours, chains=chains, dark=dark)


def _shares(run: Exhibit, *, dark: bool = False) -> go.Figure:
    return contributions.shares(run.outputs.summary, others=run.beside_intervals, places=run.colours, dark=dark)


def _totals(run: Exhibit, *, dark: bool = False) -> go.Figure:
    summary, others = run.outputs.summary, run.beside_intervals
    return contributions.totals(summary, run.sales, others=others, places=run.colours, dark=dark)


def _saturation(run: Exhibit, *, dark: bool = False) -> go.Figure:
    found = saturation_curves(run.spec, run.channels)
    return curves.saturation(found, run.colours, model=run.spec.model.kind, dark=dark)


def _priors(run: Exhibit, *, dark: bool = False) -> go.Figure:
    rows, model = run.outputs.diagnostics.prior_posterior, run.outputs.summary.model
    return parameters.prior_and_posterior(rows, run.channels, run.colours, model=model, dark=dark)


GALLERY = (
    Piece("contributions_over_time", "Contributions", _over_time),
    Piece("shares", "Contributions", _shares),
    Piece("totals", "Contributions", _totals),
    Piece(
        "waterfall",
        "Contributions",
        lambda run, **theme: contributions.waterfall(run.outputs.summary, run.sales, places=run.colours, **theme),
    ),
    Piece(
        "removal_and_additive",
        "Overlap and figures",
        lambda run, **theme: contributions.removal_and_additive(
            run.outputs.summary, run.sales, places=run.colours, **theme
        ),
    ),
    Piece(
        "fit",
        "Fit",
        lambda run, **theme: fit.fit(run.outputs.fitted, run.sales, events=run.outputs.scaler.events, **theme),
    ),
    Piece("residuals", "Fit", lambda run, **theme: fit.residuals(run.outputs.fitted, **theme)),
    Piece("seasonality", "Fit", lambda run, **theme: fit.seasonality(run.outputs.decomposition, run.sales, **theme)),
    Piece(
        "events",
        "Fit",
        _events,
        lambda run: bool(run.outputs.scaler.events),
        "No events are in this model. Holidays, shopping days and events of your own are added on the Features page.",
    ),
    Piece(
        "roi",
        "Return on spend",
        _roi,
        lambda run: run.has_returns,
        "The table has no spend columns: there is no return to show.",
    ),
    Piece("adstock", "Curves", _adstock),
    Piece(
        "saturation",
        "Curves",
        _saturation,
        lambda run: run.has_saturation,
        "Saturation is off: returns grow with activity, so read effects within the range that was bought.",
    ),
    Piece(
        "forest",
        "Parameters",
        lambda run, **theme: parameters.forest(run.outputs.parameters.parameters, run.channels, run.colours, **theme),
    ),
    Piece("prior_and_posterior", "Parameters", _priors),
    Piece("diagnostics", "Diagnostics", _diagnostics),
    Piece(
        "other_settings",
        "Other settings",
        lambda run, **theme: other_settings.shares_by_setting(
            run.outputs.summary, run.others, places=run.colours, **theme
        ),
        lambda run: bool(run.others),
    ),
)
"""All of them, in the order of the Results page and of the zip."""


def pieces_of(tab: Tab) -> tuple[Piece, ...]:
    """The charts that hang under a tab."""
    return tuple(piece for piece in GALLERY if piece.tab == tab)


def charts_of_run(run: Exhibit) -> dict[str, go.Figure]:
    """The charts that a run has by their names, in the light theme."""
    return {piece.name: piece.draw(run) for piece in GALLERY if piece.is_there(run)}
