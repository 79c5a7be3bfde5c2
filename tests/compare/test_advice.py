"""Advice, and what of it has changed: figures that move and change nothing are no news."""

import pytest

from mmm_core import shipped
from mmm_core.compare.advice import Advice, advice_of, changes
from mmm_core.proof.subject import read_subject
from mmm_core.results.intervals import Estimate

BASE = Advice(
    largest="tv", largest_is_sure=True, told=("tv", "search"), pays={"tv": "pays", "search": "may pay"}, break_even=1.0,
    plan={"tv": "more", "search": "less"}, checks="pass",
)  # fmt: skip


@pytest.fixture(scope="module")
def demo():
    return read_subject(shipped.RUNS["demo"])


def test_the_advice_of_the_demo_is_what_its_pages_say(demo):
    found = advice_of(demo, "pass", break_even=1.0)
    known = {each.channel: each for each in demo.summary.channels}
    assert found.largest in known
    assert found.told == tuple(name for name, each in known.items() if not each.cannot_be_told)
    for name, pays in found.pays.items():
        mroi = known[name].mroi
        assert (pays == "pays") == (mroi.low > 1)
        assert (pays == "does not pay") == (mroi.high < 1)
    assert set(found.plan) <= set(known)
    assert found.sentence().endswith(".")


def test_without_break_even_nothing_is_said_of_what_pays_and_without_a_plan_none_is_sought(demo):
    found = advice_of(demo, "pass", break_even=None, with_plan=False)
    assert (found.pays, found.plan) == ({}, None)
    assert changes(found, advice_of(demo, "pass", break_even=1.0, with_plan=False)) == []


def test_the_same_advice_is_no_news():
    assert changes(BASE, BASE) == []


def test_a_fit_whose_checks_failed_advises_nothing():
    failed = BASE.model_copy(update={"checks": "stop", "largest": "search", "plan": {"tv": "less", "search": "more"}})
    assert failed.sentence() == "Checks of the fit failed: its figures are not to be used."
    assert changes(BASE, failed) == [failed.sentence()]
    assert changes(failed, failed.model_copy(update={"largest": "tv"})) == []
    (said,) = changes(failed, BASE)
    assert said.startswith("The checks of the fit no longer fail: its figures can be used. TV brings the most")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"largest": "search"}, "The largest channel is Search; it was TV."),
        ({"largest": "search", "largest_is_sure": False}, "though another may have brought more"),
        ({"largest": None}, "No channel can be told from no effect any more; the largest was TV."),
        ({"told": ("tv",)}, "Search can no longer be told from no effect."),
        ({"told": ("tv", "search", "radio")}, "Radio can now be told from no effect."),
        ({"pays": {"tv": "does not pay", "search": "may pay"}}, "At the margin TV does not pay; before, it paid"),
        ({"plan": {"tv": "as now", "search": "less"}}, "The usual plan gives TV as now; before, it gave it more."),
        ({"checks": "stop"}, "Checks of the fit failed: its figures are not to be used."),
    ],
)
def test_each_piece_of_advice_that_changes_is_told(change, words):
    (said,) = changes(BASE, BASE.model_copy(update=change))
    assert words in said


def test_a_return_that_moves_within_what_pays_is_no_news(demo):
    first, *rest = demo.summary.channels
    moved = first.model_copy(update={"mroi": Estimate(mean=9, median=9, low=8, high=10)})
    other = first.model_copy(update={"mroi": Estimate(mean=5, median=5, low=4, high=6)})
    told = []
    for each in (moved, other):
        summary = demo.summary.model_copy(update={"channels": (each, *rest)})
        run = type(demo)(**{**demo.__dict__, "summary": summary})
        told.append(advice_of(run, "pass", break_even=1.0, with_plan=False))
    assert changes(*told) == []
