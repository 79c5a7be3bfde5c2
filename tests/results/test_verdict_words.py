import pytest

from mmm_core.results.diagnostics import Diagnostics
from mmm_core.results.verdict_words import QUESTIONS, UNKNOWN_GROUP, WORDS, Check, check_groups
from mmm_core.results.verdicts import Verdict, judge
from mmm_core.runs.outputs import read_outputs
from tests.conftest import PROJECT

DEMO = read_outputs(PROJECT / "sample_data" / "demo_run").diagnostics


def checks(found: Diagnostics) -> dict[str, Check]:
    return {check.title: check for group in check_groups(found) for check in group.checks}


def test_every_verdict_has_words_and_a_question_that_it_helps_to_answer():
    codes = {verdict.code for verdict in DEMO.verdicts}
    assert codes == set(WORDS) == {code for group in QUESTIONS.values() for code in group}
    for check in checks(DEMO).values():
        assert check.title.endswith("?")
        assert check.meaning.endswith(".")
        assert "should be" in check.figure
        assert check.advice == ""


@pytest.mark.parametrize(
    ("title", "figure"),
    [
        ("Do the chains agree?", "R-hat 1.008, should be ≤\u00a01.01"),
        ("Are there draws enough for the means?", "375 independent draws, should be ≥\u00a0200"),
        ("Did the sampler stay on its way?", "0 of 2,000 draws, should be ≤\u00a02"),
        (
            "Does the band hold as many periods as it says?",
            "97\u00a0% of the periods inside the 94\u00a0% band, should be 90–98\u00a0%",
        ),
        ("Are the misses independent of each other?", "correlation −0.09, should be within ±0.16"),
        (
            "Does the model follow the ups and downs?",
            "95\u00a0% of the variation of log sales, should be ≥\u00a050\u00a0%",
        ),
        ("Do the fitted sales add up to the observed?", "fitted is 100.2\u00a0% of observed, should be 95–105\u00a0%"),
    ],
)
def test_a_figure_stands_beside_its_limit(title, figure):
    assert checks(DEMO)[title].figure == figure


def test_the_worst_check_of_a_group_comes_first_and_says_what_to_do():
    measured = DEMO.model_copy(update={"divergences": 5})
    group = check_groups(measured.model_copy(update={"verdicts": judge(measured)}))[0]
    assert group.status == "look"
    assert group.checks[0].title == "Did the sampler stay on its way?"
    assert "target_accept" in group.checks[0].advice


def test_what_could_not_be_computed_is_said():
    measured = DEMO.model_copy(update={"max_r_hat": None})
    found = checks(measured.model_copy(update={"verdicts": judge(measured)}))
    assert found["Do the chains agree?"].figure.startswith("R-hat unknown")


def test_one_chain_is_no_comparison():
    measured = DEMO.model_copy(update={"chains": 1})
    found = checks(measured.model_copy(update={"verdicts": judge(measured)}))
    assert found["Do the chains agree?"].figure.startswith("one chain")


def test_a_verdict_of_a_later_version_is_shown_with_its_finding():
    later = Verdict(code="hold_out", status="look", value=1.0, limit=0.5, finding="Off by far.", advice="Wait.")
    group = check_groups(DEMO.model_copy(update={"verdicts": (later,)}))[-1]
    assert (group.question, group.checks[0].figure, group.checks[0].advice) == (UNKNOWN_GROUP, "Off by far.", "Wait.")
