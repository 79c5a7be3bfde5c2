"""What the data decided: nothing where draws are the prior's, most where the table tells; and what centres do."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from mmm_core.model.family import family_of
from mmm_core.model.parameters import draw_prior
from mmm_core.proof.measure import measured
from mmm_core.proof.parts import priors
from mmm_core.proof.parts.priors import DRAWS, Centre, Figure, Priors
from mmm_core.proof.subject import refitter
from tests.proof.subjects import subject_of


@pytest.fixture(params=["fit", "estimated_fit"])
def subject(request):
    return subject_of(request.getfixturevalue(request.param))


def no_refit(*_args, **_more):
    raise AssertionError("nothing is to be fitted")


def test_where_the_draws_are_the_priors_the_data_decided_nothing(subject):
    family = family_of(subject.features)
    sizes = {"channel": 4, "control": len(family.columns.kinds)}
    unread = replace(subject, values=draw_prior(family.parameters, sizes=sizes, draws=4000, seed=9))
    found = priors._believed(unread)
    assert len(found) == 5
    assert all(each.by_data < 0.15 for each in found), [each.by_data for each in found]


def test_a_telling_table_decides_most_and_the_run_is_what_comes_after(subject):
    found = priors.work(subject, DRAWS, no_refit)
    total, *channels = found.believed
    assert total.by_data > 0.5
    assert total.before.high - total.before.low > 1.5 * (total.after.high - total.after.low)
    assert [(each.channel, each.measure, each.after) for each in (total, *channels)] == list(measured(subject.summary))
    told = priors.tell(subject, {DRAWS: found})
    assert told.verdict in ("pass", "look")
    assert told.sentence.startswith("The data decided ")
    assert told.value == total.by_data


def test_before_the_table_media_have_the_share_that_was_declared(estimated_fit):
    total = priors._believed(subject_of(estimated_fit))[0]
    assert total.before.shown == pytest.approx(estimated_fit.spec.model.media.share, rel=0.1)


def test_with_fixed_settings_the_spread_of_effects_is_moved(fit):
    subject = subject_of(fit)
    value = subject.values["sigma_beta"]
    expected = stats.halfnorm.logpdf(value, scale=1.0) - stats.halfnorm.logpdf(value, scale=0.5)
    assert priors._ratio(subject, 2.0) == pytest.approx(expected)
    assert priors.units(subject) == (DRAWS,)
    centres = priors.work(subject, DRAWS, no_refit).centres
    assert [each.name for each in centres] == ["halved", "doubled"]
    halved, doubled = (priors._weights(subject, name) for name in ("halved", "doubled"))
    assert value @ halved < value.mean() < value @ doubled


def test_weights_and_a_refit_agree_on_another_centre(estimated_fit, compiled):
    subject = subject_of(estimated_fit)
    assert priors.with_centre(subject.spec, 2.0).model.media.share == pytest.approx(0.3)
    (_, by_weights) = priors.work(subject, DRAWS, no_refit).centres
    (by_refit,) = priors.work(subject, "doubled", refitter(compiled)).centres
    assert (by_weights.by, by_refit.by) == ("weights", "refit")
    for one, other, figure in zip(by_weights.figures, by_refit.figures, measured(subject.summary), strict=True):
        width = figure.own.high - figure.own.low
        assert abs(one.there - other.there) < 0.12 * width, figure.channel


def test_a_doubled_centre_stays_a_share(estimated_fit):
    spec = estimated_fit.spec
    for share, doubled in ((0.6, 0.9), (0.95, 0.95)):
        media = spec.model.media.model_copy(update={"share": share})
        large = spec.model_copy(update={"model": spec.model.model_copy(update={"media": media})})
        assert priors.with_centre(large, 2.0).model.media.share == doubled


def test_channels_that_are_mostly_prior_are_named(subject):
    found = priors.work(subject, DRAWS, no_refit)
    weak = tuple(each.model_copy(update={"by_data": 0.2 if each.channel == "c2" else 0.9}) for each in found.believed)
    told = priors.tell(subject, {DRAWS: found.model_copy(update={"believed": weak})})
    assert (told.verdict, told.not_shown) == ("look", ("c2",))
    assert "C2 is mostly prior" in told.sentence
    assert told.remedy


def test_a_figure_that_follows_the_centre_out_of_its_interval_is_looked_at(subject):
    found = priors.work(subject, DRAWS, no_refit)
    sure = tuple(each.model_copy(update={"by_data": 0.9}) for each in found.believed)
    own = subject.summary.media_share
    for there, verdict in ((own.high, "pass"), (own.high + 0.5 * (own.high - own.low), "look")):
        moved = Centre(name="doubled", by="refit", figures=(Figure(channel=None, measure="share", there=there),))
        told = priors.tell(subject, {DRAWS: Priors(believed=sure), "doubled": Priors(centres=(moved,))})
        assert told.verdict == verdict
        assert "with it doubled" in told.sentence


def test_a_refit_alone_says_what_it_found(subject):
    moved = Centre(name="halved", by="refit", figures=(Figure(channel=None, measure="share", there=0.1),))
    told = priors.tell(subject, {"halved": Priors(centres=(moved,))})
    assert told.value is None
    assert "10.0\u00a0% with it halved" in told.sentence
    assert np.isfinite(told.limit)
