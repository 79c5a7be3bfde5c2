"""Whether the newer result advises anything that the earlier one did not: what a person would act on."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from mmm_core.compare import advising
from mmm_core.compare import compared as comparing
from mmm_core.compare.advising import News
from mmm_core.compare.compared import Comparison
from mmm_core.errors import MMMError
from ui.shell import session
from ui.shell.markdown import plain

WHAT_IT_IS = (
    "Which channel brings most, which can be told from no effect, which pay at the margin, and to which the usual plan "
    "moves money. Figures that move and change none of these are no news."
)


def card(place: DeltaGenerator, run_id: str, before: str, compared: Comparison) -> None:
    """The news in ``place``, sought once the rest of the page is drawn: two plans take a second or two."""
    desk = session.desk()
    with place.container(border=True, key="card-advice"):
        st.header("Has any advice changed?", anchor=False)
        first, last = (plain(side.name) for side in (compared.sides[0], compared.sides[-1]))
        st.caption(f"From {first} to {last}. {WHAT_IT_IS}")
        try:
            with st.spinner("Seeking what each would advise…"):
                news = _news(desk.owner, run_id, before, comparing.stamp(desk, [before, run_id]))
        except MMMError as error:
            st.info(f"{plain(error.message)} {plain(error.remedy)}", icon=":material/info:")
            return
        if news.changed:
            st.markdown("\n".join(f"- {plain(each)}" for each in news.changed))
        else:
            st.markdown(f"**None.** As before: {plain(news.now.sentence())}")


@st.cache_resource(max_entries=64, ttl=3600, show_spinner=False)
def _news(owner: str, run_id: str, before: str, stamp: str) -> News:  # noqa: ARG001 - keys of the cache
    return advising.news(session.desk(), run_id, before)
