"""What will be fitted, and what can be decided before: a name, draws, chains and seed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress

import streamlit as st

from mmm_core.errors import MMMError
from mmm_core.labels import counted, display_name, display_names
from mmm_core.model.usual import config_of, usual_spec, why_fixed, why_season
from mmm_core.runs import datasets, drafts
from mmm_core.spec import RecommendedModel, RunSpec, SamplerSettings, channel_name, control_name
from mmm_core.table.typed import by_spend
from mmm_core.transforms.adstock import ADSTOCKS
from mmm_core.transforms.saturation import SATURATIONS
from ui.features import events, settings, starting
from ui.features.model import KINDS
from ui.shell import session
from ui.shell.layout import empty_state
from ui.shell.markdown import plain


def ask() -> None:
    """The model in words, a name, and behind *Advanced* the sampler's settings; starts the run."""
    spec = _spec_at_hand()
    if spec is None:
        empty_state(
            "Nothing to fit yet",
            "Choose a table and settings first: the Features page shows an estimate as you go.",
            action="Go to Features",
            page="features",
        )
    tried = starting.tried_before(spec)
    _what_is_fitted(spec, tried)
    name = st.text_input("Name of the run", max_chars=200, placeholder="for example: base case")
    # What is set below is drawn after the button and decides it: the place above is filled last.
    above, (chosen, fresh) = st.container(), _advanced(spec)
    with above:
        if st.button("Fit and see results", type="primary", icon=":material/play_arrow:"):
            starting.start(chosen, tried=tried, name=name, fresh=fresh)
        st.caption(_how_long(chosen, fresh=fresh))


def _advanced(spec: RunSpec) -> tuple[RunSpec, bool]:
    """The specification with the sampler's settings as chosen, and whether an equal result is left aside."""
    fields, default = SamplerSettings.model_fields, spec.sampler
    with st.expander("Advanced: draws, chains, seed", icon=":material/tune:"):
        left, right = st.columns(2)
        draws = left.slider("Draws a chain", 200, 5000, default.draws, step=100, help=fields["draws"].description)
        tune = right.slider("Tuning steps a chain", 200, 5000, default.tune, step=100, help=fields["tune"].description)
        chains = left.slider("Chains", 1, 8, default.chains, help=fields["chains"].description)
        target_accept = right.slider(
            "Target acceptance", 0.6, 0.99, default.target_accept, step=0.01,
            help="Raise it when the sampler reports divergences: slower, safer.",
        )  # fmt: skip
        seed = left.number_input(
            "Random seed", 0, 2**32 - 1, spec.random_seed, help="The same seed gives the same draws."
        )
        fresh = right.checkbox(
            "Fit again even if the same result exists", help="Otherwise it is reused, and the page says so."
        )
    sampler = SamplerSettings(draws=draws, tune=tune, chains=chains, target_accept=target_accept)
    return spec.model_copy(update={"sampler": sampler, "random_seed": int(seed)}), fresh


def _what_is_fitted(spec: RunSpec, tried: int) -> None:
    """The model in words: table, channels with their carry-over, the rest."""
    try:
        table = datasets.get_dataset(session.desk(), spec.dataset_id).label
    except MMMError:
        table = spec.dataset_id
    channels = _in_order(spec)
    labels, config = display_names(channels), spec.feature_config
    decays = ", ".join(f"{labels[channel]} {spec.decay(channel):g}" for channel in channels)
    occasional = {control_name(column) for column in config.events.columns}
    told = [name for name in map(control_name, spec.controls) if name not in occasional]
    controls = ", ".join(map(display_name, told)) or "none"
    saturation = "off"
    if config.saturation.enabled:
        half = ", ".join(f"{labels[channel]} {spec.saturation(channel).half_saturation:.3g}" for channel in channels)
        saturation = f"on; half effect at … times the usual activity: {half}"
    season = f"yearly, K = {config.seasonality.K}" if config.seasonality.enabled else "off"
    trend = "straight line" if config.trend.enabled else "off"
    months = spec.windows.estimation_months
    if config.adstock.kind != "geometric":
        decays += f" ({ADSTOCKS[config.adstock.kind].title})"
    if config.saturation.enabled and config.saturation.kind != "hill":
        saturation += f" ({SATURATIONS[config.saturation.kind].title})"
    rows = {
        "Table": table,
        "Model": _model_in_words(spec),
        "Channels, with decay": decays,
        "Saturation": saturation,
        "Controls": controls,
        "Season and trend": f"{season}; {trend}",
        "Holidays and events": events.in_words(config.events),
        "Periods": f"the last {counted(months, 'month')}" if months else "all",
        "Settings tried": f"{tried + 1}, these among them" if tried else "only these",
    }
    with st.container(border=True, key="card-model"):
        st.header("What will be fitted", anchor=False)
        st.markdown("  \n".join(f"**{name}:** {plain(value)}" for name, value in rows.items()))
        for reason in _reasons(spec):
            st.caption(plain(reason))
        if st.button("Change it on the Features page"):
            session.go("features")


def _in_order(spec: RunSpec) -> Sequence[str]:
    """Channels of the model by what was spent on them; as they come, where the table is gone."""
    channels = [channel_name(driver) for driver in spec.drivers]
    with suppress(MMMError):
        return by_spend(datasets.load_dataset(session.desk(), spec.dataset_id, spec).canonical().frame, channels)
    return channels


def _model_in_words(spec: RunSpec) -> str:
    if not isinstance(spec.model, RecommendedModel):
        return f"{KINDS['fixed']}: carry-over and saturation as below; intervals hold given these settings"
    held = [display_name(channel) for channel in _in_order(spec) if spec.freedom(channel) != "free"]
    kept = f"; held near or at their settings: {', '.join(held)}" if held else ""
    return f"{KINDS['recommended']}: the settings below are where it begins{kept}"


def _reasons(spec: RunSpec) -> Iterator[str]:
    """Why a table begins with settings as set, or with a season of its own, where it is fitted so; in sentences."""
    with suppress(MMMError):  # the table is gone
        table = datasets.load_dataset(session.desk(), spec.dataset_id, spec).canonical()
        if spec.model.kind == "fixed" and (why := why_fixed(table, channels=len(spec.drivers))):
            yield f"Why this table begins with settings as set: {why}"
        season, its_own = spec.feature_config.seasonality.model_dump(), config_of(table).get("seasonality", {})
        if its_own.items() <= season.items() and (why := why_season(table)):
            yield why


def _how_long(spec: RunSpec, *, fresh: bool) -> str:
    draft_id, seconds = session.get_id("draft"), None
    if draft_id is not None:
        with suppress(MMMError):  # pruned meanwhile: then nothing is known
            desk = session.desk()
            answered = drafts.state(desk, draft_id).phase == "finished"
            if answered and not fresh and drafts.get(desk, draft_id)[1] == spec:
                return "There at once: the live estimate was this fit."
            seconds = drafts.expected_seconds(desk, draft_id, spec.sampler)
    if seconds is None:
        return "With the usual sampler settings a fit takes a few seconds once the sampler is warm."
    return f"About {max(1, round(seconds))} s, going by the live estimate."


def _spec_at_hand() -> RunSpec | None:
    """The specification to fit."""
    dataset_id, draft_id = session.get_id("dataset"), session.get_id("draft")
    if dataset_id is None:
        return None
    chosen: RunSpec | None = st.session_state.get("spec_to_train")
    if chosen is not None and chosen.dataset_id != dataset_id:
        chosen = None  # of another table
    drafted = None
    if draft_id is not None:
        with suppress(MMMError):  # pruned meanwhile
            drafted = drafts.get(session.desk(), draft_id)[1]
    return chosen or drafted or settings.run_spec(dataset_id) or _default_spec(dataset_id)


def _default_spec(dataset_id: str) -> RunSpec | None:
    """What a table begins with, if it can be modelled."""
    try:
        prepared = datasets.load_dataset(session.desk(), dataset_id)
        table, report = prepared.canonical(), prepared.report
    except MMMError as error:
        session.say(error)
        return None
    return usual_spec(dataset_id, table, channels=report.channels, controls=report.controls, events=report.events)
