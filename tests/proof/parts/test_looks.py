"""Figures of the table among those of the model's data sets: on worlds of the model's own, and on damaged ones."""

from dataclasses import replace

import numpy as np
import pytest

from mmm_core.model.family import family_of
from mmm_core.proof.parts.looks import LIMITS, LOOKS, WORDS, Looks
from mmm_core.proof.replicates import replicates_of
from mmm_core.proof.subject import Subject
from tests.proof.subjects import subject_of


def looked(subject: Subject) -> Looks:
    return LOOKS.work(subject, *LOOKS.units(subject), None)


def tails(found: Looks) -> dict[str, float]:
    return {check.name: check.tail for check in found.checks}


def with_sales(subject: Subject, sales: np.ndarray) -> Subject:
    """The same fit, of which somebody claims that it is one of other sales."""
    target = subject.features.target.copy(data=sales)
    return replace(subject, features=replace(subject.features, target=target))


@pytest.mark.parametrize("name", ["fit", "estimated_fit"])
def test_a_world_of_the_model_s_own_kind_looks_like_it(name, request):
    subject = subject_of(request.getfixturevalue(name))
    found = looked(subject)
    assert [check.name for check in found.checks] == list(WORDS)
    assert min(tails(found).values()) > LIMITS[0]
    told = LOOKS.tell(subject, {"all": found})
    assert told.verdict == "pass"
    assert told.value == min(tails(found).values())
    assert told.sentence.startswith("Yes: in each of five checks at least")
    assert (told.remedy, told.not_shown) == ("", ())
    assert looked(subject) == found  # the same again


def test_small_tail_shares_are_as_rare_among_the_model_s_own_data_sets_as_they_say(fit):
    """Where the truth is one of the draws (here all are that one) a tail share is as likely to be small as large."""
    subject = subject_of(fit)
    truth = {name: np.repeat(draws[..., :1], 200, axis=-1) for name, draws in subject.values.items()}
    made = replicates_of(family_of(subject.features), truth, most=40, seed=5).sales
    found = [tails(looked(with_sales(replace(subject, values=truth), sales))) for sales in made.T]
    for name in WORDS:
        assert 3 <= sum(each[name] < 0.25 for each in found) <= 19, name  # 10 of 40 are expected


@pytest.mark.parametrize(
    ("change", "check", "words"),
    [
        (lambda sales: sales * np.where(np.arange(104) % 52 == 40, 1.8, 1.0), "season", "each year around"),
        (lambda sales: sales * np.where(np.arange(104) >= 78, 1.3, 1.0), "time", "above the fitted line"),
        (lambda sales: sales * (1 + 0.25 * np.sin(np.arange(104) / 2)), "autocorrelation", "goes with that of"),
        (lambda sales: np.where(sales > np.quantile(sales, 0.94), 1.6 * sales, sales), "largest", "largest weeks are"),
        (lambda sales: np.where(sales < np.quantile(sales, 0.1), 0.3 * sales, sales), "distribution", "sell less than"),
    ],
)
def test_what_is_done_to_the_table_is_found_and_named(fit, change, check, words):
    subject = subject_of(fit)
    damaged = with_sales(subject, change(subject.features.target.to_numpy()))
    found = looked(damaged)
    assert tails(found)[check] < LIMITS[1]
    assert words in next(each.finding for each in found.checks if each.name == check)
    told = LOOKS.tell(damaged, {"all": found})
    assert told.verdict == "stop"
    assert told.sentence.startswith("Not in ")
    said = told.sentence.replace("\u00a0", " ")
    assert ("and fewer than 0.05 % of the data" if told.value == 0 else f"and only {100 * told.value:.1f} % of") in said
    assert told.remedy


def test_a_month_s_table_is_looked_at_by_months(fit):
    subject = subject_of(fit)
    months = replace(subject, table=replace(subject.table, grain="MONTH"))
    findings = {check.name: check.finding for check in looked(months).checks}
    assert "largest months are" in findings["largest"]
    assert "in each " in findings["season"]
