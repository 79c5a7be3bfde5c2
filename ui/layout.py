"""What pages are made of: guard, empty states, headline, tiles."""

import re
from typing import NoReturn

import streamlit as st

from mmm_core.contributions import ContributionSummary
from mmm_core.diagnostics import Diagnostics
from mmm_core.intervals import Estimate
from ui import session

PAGES = {"overview": "Overview", "data": "Data", "features": "Features", "train": "Train", "results": "Results"}
"""Pages in the order of the work, and their titles."""
TRUST = {"pass": "Yes", "look": "Yes, with care", "stop": "Not yet"}


MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+!|<>$:~-])")


def plain(text: str) -> str:
    """Text from a person or a file, safe inside Markdown: a name must not become a link or a picture from outside."""
    return MARKDOWN.sub(r"\\\1", text)


def require_router(page: str) -> None:
    """Send a deep link that reached a page before the router through the router.

    The first request of a fresh server may run a page alone, without ``app.py``.
    """
    if not st.session_state.get("routed"):
        st.switch_page("app.py", query_params={**st.query_params.to_dict(), "goto": page})


def empty_state(title: str, text: str, *, action: str, page: str) -> NoReturn:
    """Nothing to show yet: why, and the one thing to do. Ends the page."""
    with st.container(border=True, key="card-empty"):
        st.subheader(plain(title))
        st.write(plain(text))
        if st.button(action, type="primary"):
            session.go(page)
    st.stop()


def headline(summary: ContributionSummary) -> None:
    """The answer in one sentence, and what cannot be told."""
    largest = max(summary.channels, key=lambda channel: channel.share.mean)
    unclear = [plain(channel.channel) for channel in summary.channels if channel.cannot_be_told]
    doubt = f" **{', '.join(unclear)} cannot be told from no effect.**" if unclear else ""
    st.markdown(
        f"Media brought **{100 * summary.media_share.mean:.1f} %** of sales "
        f"({interval(summary.media_share, summary)}); {plain(largest.channel)} brought most of it: "
        f"{100 * largest.share.mean:.1f} % ({percent_range(largest.share)}).{doubt}"
    )


def tiles(summary: ContributionSummary, diagnostics: Diagnostics, *, target: str, spend: str) -> None:
    """Four headline figures, each with its interval; the last one says whether to trust them."""
    largest = max(summary.channels, key=lambda channel: channel.share.mean)
    paid = [(c.channel, c.roi) for c in summary.channels if c.roi is not None and not c.cannot_be_told]
    media = summary.media
    columns = st.columns(4)
    with columns[0]:
        _tile(f"From media, {target}", short(media.mean), f"{short(media.low)}–{short(media.high)}")
    with columns[1]:
        _tile("Largest channel", f"{largest.channel} {100 * largest.share.mean:.1f} %", percent_range(largest.share))
    with columns[2]:
        if paid:
            best, roi = max(paid, key=lambda pair: pair[1].mean)
            _tile("Best return", f"{best} {roi.mean:.2g}", f"{roi.low:.2g}–{roi.high:.2g} {per_spend(target, spend)}")
        else:
            _tile("Best return", "–", "no spend column")
    looks = sum(verdict.status != "pass" for verdict in diagnostics.verdicts)
    checks = "all checks passed" if not looks else f"{looks} of {len(diagnostics.verdicts)} checks to look at"
    with columns[3]:
        _tile("Can we trust it?", TRUST[diagnostics.overall], checks)


def per_spend(target: str, spend: str) -> str:
    """Unit of a return: money for money, or sales per unit of spend."""
    return f"{target} per {spend} spent" if spend and target == spend else f"{target} per {spend or 'unit of'} spend"


def _tile(label: str, figure: str, detail: str) -> None:
    st.metric(label, figure, detail, delta_color="off", delta_arrow="off", border=True)


def interval(found: Estimate, summary: ContributionSummary) -> str:
    """An interval of shares in words."""
    return f"{100 * summary.interval_prob:.0f} % interval {percent_range(found)}"


def percent_range(found: Estimate) -> str:
    """An interval of shares: 8.1–15.6 %."""
    return f"{100 * found.low:.1f}–{100 * found.high:.1f} %"


def short(value: float) -> str:
    """Three figures with a metric suffix: 1.81 M, 740 k."""
    for size, suffix in ((1e9, " bn"), (1e6, " M"), (1e3, " k")):
        if abs(value) >= size:
            return f"{value / size:.3g}{suffix}"
    return f"{value:.3g}"
