"""How the answer is estimated: by the settings alone, or with the data moving them. The model as switches."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from mmm_core.labels import display_name, display_names, ratio
from mmm_core.model.features import FeatureMatrix
from mmm_core.model.preview import Implied, implied
from mmm_core.model.usual import RULE
from mmm_core.spec import (
    RECOMMENDED_DEFAULTS,
    RECOMMENDED_TARGET_ACCEPT,
    RecommendedModel,
    RunSpec,
    SamplerSettings,
)
from mmm_core.table.validation import ValidationReport
from ui.features import values
from ui.shell.markdown import plain

KINDS = {"fixed": "As set", "recommended": "Let the data speak"}
KINDS_HELP = (
    "**Let the data speak**: settings are where the model begins; carry-over, saturation and how effects combine are "
    "estimated, and intervals hold what is not known of them. A few seconds a fit. "
    f"{RULE}  \n"
    "**As set**: carry-over and saturation are what the sliders say. Intervals hold given these settings. At once."
)
FREEDOMS = {"free": "let the data speak", "near": "near my setting", "fixed": "fixed at my setting"}
LINKS = {"estimated": "estimated", "identity": "they add up", "log": "they multiply"}
NOISES = {"arma": "lasting and passing", "ar1": "lasting", "independent": "none"}
TAILS = {"student_t": "now and then a wild period", "normal": "no wild periods"}


def fill(spec: RunSpec, report: ValidationReport) -> None:
    """Set the widgets from a specification."""
    model = spec.model
    chosen = model if isinstance(model, RecommendedModel) else RecommendedModel()
    values.put_all({"model_kind": model.kind, "link": chosen.link, "noise": chosen.noise, "tails": chosen.tails})
    values.put_all({"media_share": 100 * chosen.media.share, "share_width": chosen.media.share_width})
    values.put("returns_spread", chosen.media.spread)
    for channel in report.channels:
        values.put(f"freedom_{channel}", spec.freedom(channel) if model.kind == "recommended" else chosen.freedom)


def is_recommended() -> bool:
    """Whether the data may move the settings."""
    return bool(values.get("model_kind") == "recommended")


def usual_slope(spec: RunSpec, channel: str) -> float:
    """Slope of a channel's curve, which has no slider: the specification's own, or the usual one of another model."""
    if is_recommended() == (spec.model.kind == "recommended"):
        return spec.saturation(channel).slope
    return float(RECOMMENDED_DEFAULTS["saturation"]["slope"]) if is_recommended() else 1.0


def sampler(base: RunSpec) -> SamplerSettings:
    """Sampler settings, which have no slider here: what is usual of one model does not follow into the other."""
    fixed = float(SamplerSettings().target_accept)
    mine, other = (RECOMMENDED_TARGET_ACCEPT, fixed) if is_recommended() else (fixed, RECOMMENDED_TARGET_ACCEPT)
    usual = base.sampler.target_accept == other and is_recommended() != (base.model.kind == "recommended")
    return base.sampler.model_copy(update={"target_accept": mine}) if usual else base.sampler


def read(base: RunSpec, channels: list[str]) -> dict[str, Any]:
    """The part of a specification that the widgets add up to; priors without a widget stay as they were."""
    if not is_recommended():
        return {"kind": "fixed"}
    before = base.model if isinstance(base.model, RecommendedModel) else RecommendedModel()
    media = before.media.model_dump() | {
        "share": values.get("media_share") / 100,
        "share_width": values.get("share_width"),
        "spread": values.get("returns_spread"),
    }
    return before.model_dump() | {
        "per_channel": {f"act_{channel}": values.get(f"freedom_{channel}", before.freedom) for channel in channels},
        "link": values.get("link"),
        "noise": values.get("noise"),
        "tails": values.get("tails"),
        "media": media,
    }


def card(
    report: ValidationReport, why_fixed: str | None, features: FeatureMatrix | None, *, has_own_season: bool
) -> None:
    """Which model, and what of it is open.

    Parameters
    ----------
    why_fixed
        Why the table does not begin with letting the data speak, if it does not.
    features
        Those of the draft at hand: with them it is said what the priors imply.
    has_own_season
        Whether the table, and not the model, says how sharp a season it begins with.
    """
    with st.container(border=True, key="card-model-kind"):
        st.segmented_control(
            "How carry-over and saturation are found",
            list(KINDS),
            **values.held("model_kind"),
            required=True,
            format_func=KINDS.__getitem__,
            help=KINDS_HELP,
            on_change=_follow_kind,
            args=(report, has_own_season),
        )
        if not is_recommended():
            st.caption("Intervals hold given these settings: they do not include the choice of them.")
            if why_fixed:
                st.caption(f"Why this is what the table begins with: {plain(why_fixed)}")
            return
        st.caption(
            "Settings below are where the model begins; the data may move them, and intervals include what stays open."
        )
        with st.expander("What is believed before the data"):
            st.slider(
                "Media's share of sales, median (%)", 1.0, 60.0, step=1.0, format="%d", **values.held("media_share"),
                help="Before the table is seen, the share of sales due to media is as likely above this as below.",
            )  # fmt: skip
            st.slider(
                "How open that is (width)", 0.2, 2.0, step=0.1, format="%.1f", **values.held("share_width"),
                help="1.1: with 15 % in the middle, nine times in ten between 3 and 52 %.",
            )  # fmt: skip
            st.slider(
                "How far returns of channels lie apart", 0.1, 2.0, step=0.1, format="%.1f",
                **values.held("returns_spread"), help="0.3: alike. 1: some sell several times as much for their spend.",
            )  # fmt: skip
            for key, label, words in (
                ("link", "How effects combine", LINKS),
                ("noise", "What else moves sales", NOISES),
                ("tails", "Single periods", TAILS),
            ):
                st.selectbox(label, list(words), **values.held(key), format_func=words.__getitem__)
            if features is not None and (found := implied(features)):
                _implied(found)


def _implied(found: list[Implied]) -> None:
    """What these beliefs say of each channel before the data, so that nobody is surprised by them afterwards."""
    names = display_names([each.channel for each in found if each.channel])
    st.caption("What this implies before the data: median, and where nine in ten lie.")
    rows = [
        {
            "": plain(names[each.channel]) if each.channel else "All channels",
            "Share of sales, %": "{:.1f} ({:.1f}–{:.1f})".format(*(100 * value for value in each.share)),
            "Return": "–" if each.roi is None else "{} ({}–{})".format(*map(ratio, each.roi)),
        }
        for each in found
    ]
    st.table(pd.DataFrame(rows), border="horizontal", hide_index=True)


def freedom(channel: str) -> None:
    """How far the data may move one channel from its settings."""
    if is_recommended():
        st.segmented_control(
            f"{display_name(channel)}: how far the data may move it",
            list(FREEDOMS),
            **values.held(f"freedom_{channel}"),
            required=True,
            format_func=FREEDOMS.__getitem__,
        )


def _follow_kind(report: ValidationReport, has_own_season: bool) -> None:
    """Another model has other usual settings: those that are usual of the one before follow."""
    wanted = is_recommended()
    season, curve = RECOMMENDED_DEFAULTS["seasonality"]["K"], RECOMMENDED_DEFAULTS["saturation"]["half_saturation"]
    usual: dict[str, tuple[float, float]] = {"saturate": (False, True)}
    if not has_own_season:
        usual["K"] = (2, season)
    usual |= {f"half_{channel}": (1.0, curve) for channel in report.channels}
    for key, (fixed, recommended) in usual.items():
        before, after = (fixed, recommended) if wanted else (recommended, fixed)
        if values.get(key) == before:
            values.put(key, after)
