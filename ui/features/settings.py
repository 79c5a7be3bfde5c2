"""Settings of the model as sliders and switches; the specification is what they add up to.

Widgets hold the values while a session lives; the draft on disk holds them across sessions. ``open_settings`` fills the
widgets once, from the draft in the address, a duplicated run, or the defaults of the table.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

import streamlit as st

from mmm_core.charts import curves, settings, shapes
from mmm_core.charts.style import channel_colours
from mmm_core.errors import MMMError, SpecError
from mmm_core.labels import added_up, display_name, display_names
from mmm_core.model import preview
from mmm_core.model.events.columns import possible_events
from mmm_core.model.features import FeatureMatrix
from mmm_core.model.usual import usual_spec, why_fixed, why_season
from mmm_core.runs import datasets, drafts, runs
from mmm_core.runs.datasets import Dataset
from mmm_core.spec import (
    MAX_FOURIER_PAIRS,
    Grain,
    RunSpec,
    channel_name,
    control_name,
    spec_from,
)
from mmm_core.table.canonicalize import aggregate_brand
from mmm_core.table.typed import CanonicalData, by_spend
from mmm_core.table.validation import ValidationReport
from mmm_core.transforms.adstock import ADSTOCKS
from mmm_core.transforms.saturation import SATURATIONS
from ui.features import events, model, values
from ui.shell import session
from ui.shell.cards import card
from ui.shell.markdown import plain
from ui.shell.theme import is_dark

MOST_PAIRS = 10
MOST_LOOKED_AT = 50
"""So many of the newest runs are looked at for the settings of a table that came before."""


@dataclass(frozen=True, slots=True)
class Working:
    """The table and the settings that the page works on; ``usual`` are those of a table that nobody has tried.

    ``why_fixed`` is why these do not let the data speak, and ``why_season`` why they have another season than their
    model, where it is so.
    ``channels`` are all of the table, in the order in which lists have them, ``places`` those of their colours,
    ``possible_events`` controls (bare names) that may be events.
    """

    dataset: Dataset
    grain: Grain
    report: ValidationReport
    base: RunSpec
    usual: RunSpec
    why_fixed: str | None
    why_season: str | None
    channels: tuple[str, ...]
    places: Mapping[str, int]
    possible_events: tuple[str, ...]

    @property
    def stem(self) -> str:
        """The table's name without its ending: how names of saved files begin."""
        return self.dataset.label.rsplit(".", 1)[0]


def open_settings(dataset_id: str) -> Working:
    """The table, and the specification that the widgets start from; ends the page where the table has errors."""
    try:
        dataset = datasets.get_dataset(session.desk(), dataset_id)
        prepared = datasets.load_dataset(session.desk(), dataset_id)
        table = prepared.canonical()
    except MMMError as error:
        session.say(error)
        if st.button("Go to the table"):
            session.go("data")
        st.stop()
    report, channels = prepared.report, by_spend(table.frame, prepared.report.channels)
    shown = report.model_copy(update={"channels": channels})
    default = usual_spec(dataset_id, table, channels=report.channels, controls=report.controls, events=report.events)
    if "spec_to_load" not in st.session_state and st.session_state.get("settings_of") != dataset_id:
        known = run_spec(dataset_id) or _last_tried(dataset_id) or _spec_before(dataset, table.grain)
        st.session_state["began_with"] = known or default
    if "spec_to_load" in st.session_state:
        _fill(st.session_state.pop("spec_to_load").model_copy(update={"dataset_id": dataset_id}), shown)
    elif st.session_state.get("settings_of") != dataset_id:
        _fill(_draft_spec(dataset_id) or st.session_state["began_with"], shown)
    st.session_state["settings_of"] = dataset_id
    _follow_columns(dataset_id, shown)
    why = why_fixed(table, channels=len(report.channels))
    return Working(
        dataset=dataset,
        grain=table.grain,
        report=report,
        base=st.session_state["base_spec"],
        usual=default,
        why_fixed=why,
        why_season=why_season(table),
        channels=channels,
        places=datasets.colours(session.desk(), dataset_id),
        possible_events=_possible_events(table, report.controls),
    )


def _possible_events(table: CanonicalData, controls: Sequence[str]) -> tuple[str, ...]:
    """Controls that may be events, of all entities together."""
    columns = table.frame[["entity_id", "period_start", *(f"ctrl_{name}" for name in controls)]]
    return possible_events(aggregate_brand(CanonicalData(columns, table.grain)).frame, controls)


def _last_tried(dataset_id: str) -> RunSpec | None:
    """Settings that were tried last on a table: whoever opens it again goes on with them."""
    with suppress(MMMError):  # pruned this moment
        if (draft := drafts.newest_of(session.desk(), dataset_id)) is not None:
            return drafts.get(session.desk(), draft.draft_id)[1]
    return None


def _spec_before(dataset: Dataset, grain: Grain) -> RunSpec | None:
    """Settings of the newest run on the table that this one follows; None: it follows none, or nothing was run."""
    if dataset.follows is None:
        return None
    desk = session.desk()
    for entry in runs.list_page(desk, limit=MOST_LOOKED_AT).entries:
        with suppress(MMMError):
            spec = runs.get_spec(desk, entry.state.run_id)
            if spec.dataset_id == dataset.follows:
                return spec.model_copy(update={"dataset_id": dataset.dataset_id, "grain": grain})
    return None


def _follow_columns(dataset_id: str, report: ValidationReport) -> None:
    """Add channels and controls that the table has gained since the page was last seen, drop those it has lost."""
    state, kinds = st.session_state, {"drivers": report.channels, "controls": report.controls}
    seen, base = state.get("columns_seen", {}), state["base_spec"]
    if seen.get("of") == dataset_id:
        new = [name for name in report.events if name not in seen["controls"]]
        known = [name for name in values.get("event_columns") if name in report.controls and name not in new]
        values.put("event_columns", [*known, *new])
        for key, names in kinds.items():
            values.put(key, [name for name in names if name in values.get(key) or name not in seen[key]])
        for channel in report.channels:
            begins_with = {f"half_{channel}": base.saturation(channel).half_saturation, f"freedom_{channel}": "free"}
            begins_with |= {f"{name}_{channel}": value for name, value in base.adstock(channel).model_dump().items()}
            values.put_all({name: value for name, value in begins_with.items() if values.get(name) is None})
    state["columns_seen"] = {"of": dataset_id, **kinds}


def _left_out(spec: RunSpec, report: ValidationReport) -> list[str]:
    """Channels and controls of the table that these settings leave out, by the names that people read."""
    used = {channel_name(each) for each in spec.drivers} | {control_name(each) for each in spec.controls}
    return [display_name(name) for name in (*report.channels, *report.controls) if name not in used]


def most_pairs(grain: str) -> int:
    """Fourier pairs that the slider goes up to."""
    return min(MAX_FOURIER_PAIRS[grain], MOST_PAIRS)


def _draft_spec(dataset_id: str) -> RunSpec | None:
    draft_id = session.get_id("draft")
    if draft_id is None:
        return None
    try:
        spec = drafts.get(session.desk(), draft_id)[1]
    except MMMError:
        session.set_ids(draft=None)
        return None
    return spec if spec.dataset_id == dataset_id else None


def run_spec(dataset_id: str) -> RunSpec | None:
    """Settings of the run at hand: whoever comes from its results goes on from them."""
    run_id = session.get_id("run")
    if run_id is None:
        return None
    try:
        spec = runs.get_spec(session.desk(), run_id)
    except MMMError:
        return None
    return spec if spec.dataset_id == dataset_id else None


def _fill(spec: RunSpec, report: ValidationReport) -> None:
    """Set every widget from a specification; what the table no longer has is left out."""
    config = spec.feature_config
    st.session_state["base_spec"] = spec
    # Channels that the specification leaves out are set too: their widgets may hold values of another table.
    for channel in report.channels:
        values.put_all({f"{name}_{channel}": value for name, value in spec.adstock(channel).model_dump().items()})
        values.put(f"half_{channel}", spec.saturation(channel).half_saturation)
    values.put_all({"adstock_kind": config.adstock.kind, "max_lag": config.adstock.max_lag})
    values.put_all({"saturate": config.saturation.enabled, "saturation_kind": config.saturation.kind})
    most = most_pairs(report.grain if report.grain in MAX_FOURIER_PAIRS else "WEEK")
    values.put_all({"season_on": config.seasonality.enabled, "K": min(config.seasonality.K, most)})
    values.put("trend_on", config.trend.enabled)
    model.fill(spec, report)
    events.fill(spec, report)
    values.put("estimation_months", spec.windows.estimation_months or 0)
    values.put("carryover_months", spec.windows.carryover_months or 0)
    wanted = {channel_name(driver) for driver in spec.drivers}
    drivers = [channel for channel in report.channels if channel in wanted] or list(report.channels)
    wanted = {control_name(control) for control in spec.controls}
    controls = [control for control in report.controls if control in wanted]
    values.put_all({"drivers": drivers, "controls": controls})
    if values.get("channel") not in drivers:
        values.put("channel", drivers[0])


def read(working: Working) -> tuple[RunSpec | None, MMMError | None]:
    """The specification that the widgets add up to, or why they contradict each other."""
    try:
        return _current_spec(working), None
    except MMMError as error:
        return None, error


def _current_spec(working: Working) -> RunSpec:
    chosen = [channel for channel in working.report.channels if channel in values.get("drivers")]
    if not chosen:
        raise SpecError(
            "No channel is left in the model.",
            code="no_channels",
            remedy="Choose at least one under 'Channels, controls and time window'.",
        )
    slopes = {channel: model.usual_slope(working.base, channel) for channel in chosen}
    return spec_from(
        working.base.model_dump(by_alias=True)
        | {
            "drivers": [f"act_{channel}" for channel in chosen],
            "controls": [f"ctrl_{name}" for name in working.report.controls if name in values.get("controls")],
            "feature_config": {
                "adstock": {
                    "kind": values.get("adstock_kind"),
                    "decay_default": working.base.feature_config.adstock.decay_default,
                    "per_channel": {f"act_{channel}": _adstock_of(channel) for channel in chosen},
                    "max_lag": values.get("max_lag"),
                },
                "saturation": {
                    "kind": values.get("saturation_kind"),
                    "enabled": values.get("saturate"),
                    "per_channel": {
                        f"act_{channel}": {"half_saturation": _kept(f"half_{channel}", 1.0), "slope": slopes[channel]}
                        for channel in chosen
                    },
                },
                "seasonality": {"enabled": values.get("season_on"), "K": values.get("K")},
                "trend": {"enabled": values.get("trend_on")},
                "events": events.read(values.get("controls")),
            },
            "model": model.read(working.base, chosen),
            "sampler": model.sampler(working.base),
            "windows": {
                "estimation_months": values.get("estimation_months") or None,
                "carryover_months": values.get("carryover_months") or None,
                "pre_history": working.base.windows.pre_history,
            },
        }
    )


def _adstock_of(channel: str) -> dict[str, float]:
    settings = ADSTOCKS[values.get("adstock_kind")].settings
    return {setting.name: _kept(f"{setting.name}_{channel}", setting.usual) for setting in settings}


def _kept(key: str, default: float) -> float:
    return float(values.get(key, default))


def what_it_is_on(working: Working, spec: RunSpec | None) -> None:
    """The table, and what of it these settings leave out."""
    out = _left_out(spec, working.report) if spec else []
    added = added_up(working.report.entities, working.report.n_entities)
    st.caption(
        f"On {plain(working.dataset.label)}. Each release of a slider fits the whole model again: the estimate is a "
        "real posterior."
        + (f" {plain(added)}" if added else "")
        + (f" Not in the model: {plain(', '.join(out))}." if out else "")
    )


def channel_card(working: Working, spec: RunSpec | None, features: FeatureMatrix | None) -> None:
    """Whether channels saturate; carry-over and saturation of one of them, and what they do to its activity."""
    channels = [channel for channel in working.channels if channel in values.get("drivers")]
    if channels and values.get("channel") not in channels:
        values.put("channel", channels[0])
    with st.container(border=True, key="card-channel"):
        if not channels:
            st.caption("No channel is in the model.")
            return
        st.toggle(
            "Saturation, for all channels",
            **values.held("saturate"),
            help="More of the same brings less and less (a curve). Where it begins is set channel by channel.",
        )
        if values.get("saturate"):
            st.selectbox(
                "Shape of saturation, for all channels",
                list(SATURATIONS),
                **values.held("saturation_kind"),
                format_func=lambda name: SATURATIONS[name].title,
            )
        else:
            st.caption("Without saturation returns grow with activity: read curves within what was bought.")
        channel = st.segmented_control(
            "Channel",
            channels,
            **values.held("channel"),
            required=True,
            format_func=display_names(channels).__getitem__,
        )
        assert channel is not None  # noqa: S101 - for the type checker: one is always chosen
        model.freedom(channel)
        _carry_over(channel)
        if spec is None:
            return
        st.caption(preview.carry_over_in_words(spec, channel, working.grain))
        if values.get("saturate"):
            st.slider(
                f"Half effect of {display_name(channel)} at … times its usual activity",
                0.1, 5.0, step=0.05, **values.held(f"half_{channel}"),
                help="Small: it saturates early. Large: almost a straight line.",
            )  # fmt: skip
        # In the order of the page; what follows a slider at once is drawn first.
        above, below = st.container(), st.container()
        with below:
            if features is not None:
                _previews(working, spec, channel, features)
        with above:
            if values.get("saturate"):
                _saturation(working, spec, channel)
            if features is not None:
                _moved(working, channel, features)


def _saturation(working: Working, spec: RunSpec, channel: str) -> None:
    figure = curves.saturation(
        preview.saturation_curves(spec, [channel]), working.places, model=spec.model.kind, dark=is_dark()
    )
    card(figure, key="saturation", tight=True, stem=working.stem)


def _moved(working: Working, channel: str, features: FeatureMatrix) -> None:
    """Each setting of a channel as it was believed and as it is with the data, where the data may move it."""
    draft_id, dark = session.get_id("draft"), is_dark()
    try:
        found = drafts.get_shapes(session.desk(), draft_id, features, channel) if draft_id else []
    except MMMError:
        return  # pruned meanwhile, or deleted with its table
    if not found:
        return
    colour = channel_colours([channel], working.places, dark=dark)[channel]
    st.markdown("\n".join(f"- {plain(each)}" for each in shapes.in_words(found)))
    card(shapes.moved(found, channel, colour, dark=dark), key="moved", tight=True, stem=working.stem)


def _carry_over(channel: str) -> None:
    """Its shape, where there are several, and a slider for each setting that this shape has."""
    if len(ADSTOCKS) > 1:
        st.selectbox(
            "Shape of carry-over, for all channels", list(ADSTOCKS), **values.held("adstock_kind"),
            format_func=lambda name: ADSTOCKS[name].title,
        )  # fmt: skip
    for setting in ADSTOCKS[values.get("adstock_kind")].settings:
        st.slider(
            setting.label.format(channel=display_name(channel)),
            setting.lowest,
            setting.highest,
            step=setting.step,
            **values.held(f"{setting.name}_{channel}"),
            help=setting.help,
        )


def _previews(working: Working, spec: RunSpec, channel: str, features: FeatureMatrix) -> None:
    dark = is_dark()
    colour = channel_colours([channel], working.places, dark=dark)[channel]
    stem = working.stem
    card(
        settings.felt(preview.felt_activity(features, channel), channel, colour, dark=dark),
        key="felt",
        tight=True,
        stem=stem,
    )
    card(settings.impulse(preview.impulse(spec, channel), colour, working.grain, dark=dark), tight=True, stem=stem)


def season_card(working: Working, features: FeatureMatrix | None) -> None:
    """Season, trend and windows."""
    with st.container(border=True, key="card-season"):
        st.header("Season and trend", anchor=False)
        with st.container(horizontal=True):
            st.toggle("Season", **values.held("season_on"))
            st.toggle("Trend", **values.held("trend_on"))
        st.slider(
            "Seasonal shape (Fourier pairs K)", 1, most_pairs(working.grain), **values.held("K"),
            disabled=not values.get("season_on"),
            help="1: one smooth wave a year. More: sharper seasons, and more that can be mistaken for advertising.",
        )  # fmt: skip
        if working.why_season:
            st.caption(plain(working.why_season))
        if features is None:
            return
        shape = preview.season_curve(features)
        card(settings.season(shape, working.dataset.units.target, dark=is_dark()), tight=True, stem=working.stem)


def columns_card(working: Working) -> None:
    """Which channels and controls are in the model, on which rows."""
    with st.expander("Channels, controls and time window"):
        st.multiselect(
            "Channels",
            working.channels,
            **values.held("drivers"),
            format_func=display_name,
        )
        st.multiselect(
            "Controls", working.report.controls, **values.held("controls"), format_func=display_name,
            help="Leave out what media could change, such as site visits.",
        )  # fmt: skip
        st.number_input("Months to estimate (0: all)", 0, 240, **values.held("estimation_months"))
        st.number_input(
            "Months before that only feed carry-over",
            0,
            120,
            **values.held("carryover_months"),
        )
        st.number_input("Carry-over is cut off after … periods", 0, 104, **values.held("max_lag"))
