"""What plans of a run are made from, and what is made: each computed once for the same run and the same request."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from mmm_core.errors import MMMError
from mmm_core.planning.answer import Plan
from mmm_core.planning.budget import Frontier
from mmm_core.planning.request import PlanRequest, asked
from mmm_core.planning.response import Response
from mmm_core.planning.task import Task
from mmm_core.proof.subject import Subject, read_subject
from mmm_core.scenarios import made
from mmm_core.scenarios.made import Curves, Sought
from ui.shell import session
from ui.shell.finished import Opened


def subject(run_id: str, opened: Opened) -> Subject:
    """Draws, table and settings of a run."""
    return _subject(opened.key, run_id)


@st.cache_resource(max_entries=8, ttl=3600, show_spinner=False)
def _subject(key: str, _run_id: str) -> Subject:  # noqa: ARG001 - the key names the run and whose it is
    return read_subject(session.desk().run_dir(_run_id))


def response(
    run_id: str, opened: Opened, horizon: int, controls: Mapping[str, tuple[float, ...]] | None = None
) -> Response:
    """The model of a run on the periods that come; ``controls`` are those of a request."""
    return _response(opened.key, horizon, repr(controls or {}), subject(run_id, opened), controls)


@st.cache_resource(max_entries=16, ttl=3600, show_spinner=False)
def _response(
    key: str, horizon: int, set_: str, _run: Subject, _controls: Mapping[str, tuple[float, ...]] | None  # noqa: ARG001 - the keys
) -> Response:  # fmt: skip
    return made.response_for(_run, horizon, _controls)


def usual(run_id: str, opened: Opened, horizon: int, *, move_untold: bool = False) -> Task:
    """The task where nobody has set anything but the horizon, and whether channels that cannot be told may move.

    Raises
    ------
    DataError
        No channel has spend.
    """
    run = subject(run_id, opened)
    request = PlanRequest(horizon=horizon, move_untold=move_untold)
    untold = made.cannot_be_told(run)
    return asked(response(run_id, opened, horizon), run.table, request, cannot_be_told=untold).task


def sought(run_id: str, opened: Opened, request: PlanRequest) -> Sought | MMMError:
    """The best split for a request, or why there is none."""
    return _sought(opened.key, request.model_dump_json(), request, run_id, opened)


@st.cache_resource(max_entries=64, ttl=3600, show_spinner=False)
def _sought(
    key: str, asked_for: str, _request: PlanRequest, _run_id: str, _opened: Opened  # noqa: ARG001 - the keys
) -> Sought | MMMError:  # fmt: skip
    try:
        model = response(_run_id, _opened, _request.horizon, _request.controls)
        return made.sought(subject(_run_id, _opened), model, _request)
    except MMMError as error:
        return error


def told(opened: Opened, found: Sought, *, certified: bool) -> Plan:
    """What is known of a split: at once, or with what could be gained."""
    return _told(opened.key, found.request.model_dump_json(), certified, found)


@st.cache_resource(max_entries=64, ttl=3600, show_spinner=False)
def _told(key: str, asked_for: str, certified: bool, _found: Sought) -> Plan:  # noqa: ARG001 - the keys
    return made.told(_found, certified=certified)


def frontier(opened: Opened, found: Sought) -> Frontier:
    """What every budget would bring at its best, around a split."""
    return _frontier(opened.key, found.request.model_dump_json(), found)


@st.cache_resource(max_entries=64, ttl=3600, show_spinner=False)
def _frontier(key: str, asked_for: str, _found: Sought) -> Frontier:  # noqa: ARG001 - the keys
    return made.frontier_of(_found)


def curves(run_id: str, opened: Opened, horizon: int) -> Curves:
    """Response curves of all channels with a price, and what was spent."""
    return _curves(opened.key, horizon, response(run_id, opened, horizon), subject(run_id, opened))


@st.cache_resource(max_entries=8, ttl=3600, show_spinner=False)
def _curves(key: str, horizon: int, _response: Response, _run: Subject) -> Curves:  # noqa: ARG001 - the key names the run
    return made.curves_for(_run, _response)
