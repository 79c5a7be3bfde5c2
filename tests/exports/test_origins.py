"""Where a number comes from is said in eight facts, two of which depend on the number."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mmm_core import shipped
from mmm_core.exports import origins
from mmm_core.exports.estimands import ESTIMANDS
from mmm_core.exports.gallery import Exhibit
from mmm_core.exports.origins import Origin
from mmm_core.runs.datasets import Units
from mmm_core.runs.folder import read_manifest, read_spec
from mmm_core.runs.outputs import read_outputs

DEMO = shipped.RUNS["demo"]
OUTPUTS, SPEC, MANIFEST = read_outputs(DEMO), read_spec(DEMO), read_manifest(DEMO)
RUN = Exhibit("x", OUTPUTS, SPEC, Units(target="€", spend="€"))


def facts(origin: Origin, figure: str = "contribution") -> dict[str, str]:
    return {fact.about: fact.text for fact in origin.of(figure)}


def test_where_numbers_come_from_is_said_in_eight_facts():
    found = facts(origins.of_run(RUN, MANIFEST, "demo"))
    assert list(found) == ["Estimand", "Scale", "Interval", "Draws", "Rows", "Data", "Specification", "Result"]
    assert found["Draws"] == "2,000 draws of 2 chains."
    assert found["Rows"] == "156 weeks with sales were fitted."
    assert found["Interval"].startswith("Highest-density intervals with 94\u00a0% of the posterior")
    assert "estimated" in found["Scale"]
    assert MANIFEST.dataset_hash in found["Data"]
    assert MANIFEST.spec_hash in found["Specification"]
    assert f"{MANIFEST.created_at:%Y-%m-%d %H:%M} UTC" in found["Result"]


def test_a_stopped_run_and_a_log_model_say_so():
    logarithm = SPEC.model_copy(update={"model": SPEC.model.model_copy(update={"link": "log"})})
    stopped = replace(OUTPUTS, summary=OUTPUTS.summary.model_copy(update={"partial": True}))
    found = facts(origins.of_run(Exhibit("x", stopped, logarithm, Units()), MANIFEST, "r"))
    assert "effects multiply" in found["Scale"]
    assert found["Draws"].endswith("stopped before all were made.")


@pytest.mark.parametrize(
    ("figure", "scale"),
    [
        ("contribution", "Amounts are in the table's own units (sales, €)"),
        ("share", "A part of all fitted sales, in percent"),
        ("return", "A return is € per € spent"),
        ("better", "A part of one, in percent"),
    ],
)
def test_a_number_says_what_it_is_counted_in(figure, scale):
    assert facts(origins.of_run(RUN, MANIFEST, "demo"), figure)["Scale"].startswith(f"{scale}; the model is fitted ")


@pytest.mark.parametrize("figure", ESTIMANDS)
def test_every_number_says_what_it_estimates_and_on_what_condition(figure):
    found = facts(origins.of_run(RUN, MANIFEST, "demo"), figure)
    assert found["Estimand"] == f"{ESTIMANDS[figure].says} Of {RUN.conditions()}"
    assert ("Scale" in found) == (ESTIMANDS[figure].scale != "none")


def test_results_beside_each_other_have_a_fact_each():
    one, other = origins.of_run(RUN, MANIFEST, "run-a"), origins.of_run(RUN, MANIFEST, "run-b")
    found = facts(origins.of_results({"Before": one, "Now": other}), "compared")
    assert list(found) == ["Estimand", "Scale", "Before", "Now"]
    assert "Run run-a, made on" in found["Before"]
    assert f"{MANIFEST.spec_hash}. Run run-b" in found["Now"]


def test_an_estimate_says_how_its_draws_were_made():
    origin = origins.of_estimate(
        OUTPUTS.summary, MANIFEST, SPEC, draft_id="draft-a", draws="A first look.", rows=1, grain="WEEK"
    )
    found = facts(origin, "live")
    assert found["Estimand"] == ESTIMANDS["live"].says
    assert (found["Draws"], found["Rows"]) == ("A first look.", "1 week with sales was fitted.")
    assert found["Result"].startswith("Estimate draft-a, made on ")
