"""What a person decides before a fit: draws, chains, seed, and a name."""

from __future__ import annotations

import streamlit as st

from mmm_core import datasets, drafts, runs
from mmm_core.errors import MMMError
from mmm_core.execution import Label
from mmm_core.labels import display_name
from mmm_core.spec import RunSpec, SamplerSettings, default_spec
from ui import session
from ui.layout import empty_state, plain


def ask() -> None:
    """Sampler settings with the model they are for; starts the run."""
    spec, tried = _spec_at_hand()
    if spec is None:
        empty_state(
            "Nothing to fit yet",
            "Choose a table and settings first: the Features page shows an estimate as you go.",
            action="Go to Features",
            page="features",
        )
    channels = plain(", ".join(display_name(driver.removeprefix("act_")) for driver in spec.drivers))
    controls = plain(", ".join(display_name(control.removeprefix("ctrl_")) for control in spec.controls)) or "none"
    st.markdown(f"Channels: **{channels}**. Controls: {controls}. Settings tried before: {tried}.")
    fields, default = SamplerSettings.model_fields, SamplerSettings()
    with st.container(border=True, key="card-sampler"):
        name = st.text_input("Name of the run", max_chars=200, placeholder="for example: base case")
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
    st.caption("With the usual settings the result is often there at once: the live estimate computed it already.")
    if st.button("Start", type="primary", icon=":material/play_arrow:"):
        sampler = SamplerSettings(draws=draws, tune=tune, chains=chains, target_accept=target_accept)
        _start(spec.model_copy(update={"sampler": sampler, "random_seed": int(seed)}), name, fresh=fresh, tried=tried)


def _spec_at_hand() -> tuple[RunSpec | None, int]:
    draft_id = session.get_id("draft")
    spec: RunSpec | None = st.session_state.get("spec_to_train")
    if draft_id is None:
        return spec or _default_spec(), 0
    try:
        draft, drafted = drafts.get(session.workspace(), draft_id, owner=session.owner())
    except MMMError:
        return spec, 0
    return spec or drafted, draft.number


def _default_spec() -> RunSpec | None:
    """The default model on the table at hand, if that can be modelled."""
    dataset_id = session.get_id("dataset")
    if dataset_id is None:
        return None
    try:
        prepared = datasets.load_dataset(session.workspace(), dataset_id, owner=session.owner())
        grain, report = prepared.canonical().grain, prepared.report
    except MMMError as error:
        session.say(error)
        return None
    return default_spec(dataset_id, channels=report.channels, controls=report.controls, grain=grain)


def _start(spec: RunSpec, name: str, *, fresh: bool, tried: int) -> None:
    workspace, owner = session.workspace(), session.owner()
    try:
        made = runs.create(workspace, spec, owner=owner, fresh=fresh, drafts_before=tried)
        if name:
            runs.relabel(workspace, made.run_id, Label(name=name), owner=owner)
        if runs.state(workspace, made.run_id, owner=owner).phase in runs.STARTABLE:
            runs.submit(workspace, made.run_id, owner=owner)
    except MMMError as error:
        session.say(error)
        return
    st.session_state["reused"] = made.run_id if made.reused else None
    session.set_id("run", made.run_id)
    st.rerun()
