"""What pages are made of: guard, headline, tiles, chart cards."""

import plotly.graph_objects as go
import streamlit as st

from mmm_core.contributions import ContributionSummary
from mmm_core.diagnostics import Diagnostics
from mmm_core.intervals import Estimate

TRUST = {"pass": "Yes", "look": "Yes, with care", "stop": "Not yet"}


def require_router(page: str) -> None:
    """Send a deep link that reached a page before the router through the router.

    The first request of a fresh server may run a page alone, without ``app.py``.
    """
    if not st.session_state.get("routed"):
        st.switch_page("app.py", query_params={**st.query_params.to_dict(), "goto": page})


def headline(summary: ContributionSummary) -> None:
    """The answer in one sentence, and what cannot be told."""
    largest = max(summary.channels, key=lambda channel: channel.share.mean)
    unclear = [channel.channel for channel in summary.channels if channel.cannot_be_told]
    doubt = f" **{', '.join(unclear)} cannot be told from no effect.**" if unclear else ""
    st.markdown(
        f"Media brought **{100 * summary.media_share.mean:.1f} %** of sales "
        f"({interval(summary.media_share, summary)}); "
        f"{largest.channel} brought most of it.{doubt}"
    )


def tiles(summary: ContributionSummary, diagnostics: Diagnostics, *, unit: str) -> None:
    """Four headline figures, each with its interval; the last one says whether to trust them."""
    largest = max(summary.channels, key=lambda channel: channel.share.mean)
    paid = [(c.channel, c.roi) for c in summary.channels if c.roi is not None and not c.cannot_be_told]
    media = summary.media
    columns = st.columns(4)
    with columns[0]:
        _tile(
            f"Sales from media, {unit}", f"{media.mean / 1e6:.2f} M", f"{media.low / 1e6:.2f}–{media.high / 1e6:.2f} M"
        )
    with columns[1]:
        _tile("Largest channel", f"{largest.channel} {100 * largest.share.mean:.1f} %", percent_range(largest.share))
    if paid:
        best, roi = max(paid, key=lambda pair: pair[1].mean)
        with columns[2]:
            _tile("Best return", f"{best} {roi.mean:.1f}", f"{roi.low:.1f}–{roi.high:.1f} per {unit} spent")
    looks = sum(verdict.status != "pass" for verdict in diagnostics.verdicts)
    checks = "all checks passed" if not looks else f"{looks} of {len(diagnostics.verdicts)} checks to look at"
    with columns[3]:
        _tile("Can we trust it?", TRUST[diagnostics.overall], checks)


def _tile(label: str, figure: str, detail: str) -> None:
    st.metric(label, figure, detail, delta_color="off", delta_arrow="off", border=True)


def card(figure: go.Figure) -> None:
    """A chart in a card, with one grey line on how to read it."""
    meta = figure.layout.meta
    title = figure.layout.title.text
    shown = go.Figure(figure).update_layout(title=None, margin={"t": 40})
    with st.container(border=True, key=f"card-{meta['name']}"):
        st.subheader(title)
        st.caption(meta["how_to_read"])
        st.plotly_chart(shown, theme=None, key=meta["name"], config={"displaylogo": False, "displayModeBar": False})


def interval(found: Estimate, summary: ContributionSummary) -> str:
    """An interval of shares in words."""
    return f"{100 * summary.interval_prob:.0f} % interval {percent_range(found)}"


def percent_range(found: Estimate) -> str:
    """An interval of shares: 8.1–15.6 %."""
    return f"{100 * found.low:.1f}–{100 * found.high:.1f} %"
