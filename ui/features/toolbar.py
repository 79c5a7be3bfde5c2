"""What sets every slider at once: presets, the defaults, a file; and the way on to the results."""

from __future__ import annotations

import json

import streamlit as st

from mmm_core.errors import MMMError
from mmm_core.runs import fits
from mmm_core.spec import RunSpec, parse_spec, spec_from
from ui.features import starting
from ui.features.settings import Working
from ui.shell import leaving, session

PRESETS = {"Short memory": 0.2, "Usual memory": 0.5, "Long memory": 0.8}
"""Decay that a preset gives to every channel; nothing else changes."""
NEW_TABLE = "As for a new table"


def toolbar(working: Working, spec: RunSpec | None) -> None:
    """Presets, reset, load and save, and the way on; ``spec`` is None where the settings contradict each other."""
    with st.container(horizontal=True, horizontal_alignment="left"):
        preset = st.menu_button(
            "Presets", [*PRESETS, NEW_TABLE], icon=":material/tune:", key="presets", format_func=_in_words
        )  # fmt: skip
        if preset in PRESETS:
            _set_decays(spec or working.base, PRESETS[preset])
        elif preset is not None:
            _load_spec(working.usual)
        if st.button("Reset", icon=":material/undo:", help="Back to the settings that this page began with."):
            _load_spec(st.session_state["began_with"])
        with st.popover("Settings file", icon=":material/description:"):
            st.download_button(
                "Save as JSON",
                # Made now: a function called at the click would run outside the session and could not read the sliders.
                spec.model_dump_json(indent=1, by_alias=True) if spec else "",
                "run_spec.json",
                "application/json",
                on_click="ignore",
                disabled=spec is None,
            )
            _load(working)
        if (
            st.button(
                "Fit and see results",
                type="primary",
                icon=":material/play_arrow:",
                disabled=spec is None,
                on_click=leaving.stop_asking,
            )
            and spec is not None
        ):
            starting.start(spec, tried=starting.tried_before(spec))
        if st.button(
            "Advanced",
            type="tertiary",
            disabled=spec is None,
            on_click=leaving.stop_asking,
            help="What will be fitted, the run's name, and the sampler's draws, chains and seed.",
        ):
            st.session_state["spec_to_train"] = spec
            session.go("train", run=None)


def _in_words(preset: str) -> str:
    return f"{preset}: decay {PRESETS[preset]} everywhere" if preset in PRESETS else f"{preset}: every setting"


def _load_spec(spec: RunSpec) -> None:
    st.session_state["spec_to_load"] = spec
    st.rerun()


def _set_decays(spec: RunSpec, decay: float) -> None:
    data = json.loads(spec.model_dump_json(by_alias=True))
    data["feature_config"]["adstock"] |= {"decay_default": decay, "per_channel": {}}
    _load_spec(spec_from(data))


def _load(working: Working) -> None:
    file = st.file_uploader("Load from JSON", type="json", max_upload_size=1, key="spec_file")
    if file is None or st.session_state.get("spec_taken") == file.file_id:
        return
    st.session_state["spec_taken"] = file.file_id
    try:
        spec = parse_spec(file.getvalue())
        fits.require_fitting(session.desk(), spec.model_copy(update={"dataset_id": working.dataset.dataset_id}))
    except MMMError as error:
        session.say(error)
        return
    _load_spec(spec)
