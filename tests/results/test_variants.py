from __future__ import annotations

import pytest

from mmm_core.results import variants
from mmm_core.results.channel_summary import ContributionSummary
from mmm_core.runs.outputs import read_outputs
from mmm_core.spec import RECOMMENDED_TARGET_ACCEPT, RunSpec, spec_from
from mmm_core.spec.differences import differences
from tests.conftest import PROJECT
from tests.engines import demo_spec


@pytest.fixture(scope="module")
def own() -> ContributionSummary:
    return read_outputs(PROJECT / "sample_data" / "demo_run").summary


def by_name(spec: RunSpec) -> dict[str, RunSpec]:
    return {each.name: each.spec for each in variants.variants_of(spec, "WEEK")}


def moved(summary: ContributionSummary, channel: str, *, to: float) -> ContributionSummary:
    """The same summary with one channel's mean share elsewhere."""
    channels = [
        each.model_copy(update={"share": each.share.model_copy(update={"mean": to, "median": to})})
        if each.channel == channel
        else each
        for each in summary.channels
    ]
    return summary.model_copy(update={"channels": tuple(channels)})


def test_each_variant_changes_one_choice():
    spec = demo_spec()
    found = by_name(spec)
    assert len(found) == 4
    for name, changed in found.items():
        parts = ("adstock", "saturation", "seasonality", "trend")
        differ = [part for part in parts if getattr(changed.feature_config, part) != getattr(spec.feature_config, part)]
        assert len(differ) == 1, name
        assert changed.drivers == spec.drivers
        assert changed.windows == spec.windows


RECOMMENDED = {
    "dataset_id": "t",
    "drivers": ["act_a", "act_b"],
    "model": {"kind": "recommended"},
    "feature_config": {"adstock": {"per_channel": {"a": 0.1, "b": 0.5}}},
}


def test_of_the_recommended_model_what_is_expected_of_media_is_a_choice_too():
    spec = spec_from(RECOMMENDED)
    found = by_name(spec)
    assert list(found) == [
        "beginning with shorter memory (decay − 0.2)",
        "beginning with longer memory (decay + 0.2)",
        "without saturation",
        "with a sharper season (K = 6)",
        "expecting less of media (7.5 % of sales)",
        "expecting more of media (30 % of sales)",
    ]
    for name, changed in found.items():
        assert changed.sampler == spec.sampler, name
        assert changed.sampler.target_accept == RECOMMENDED_TARGET_ACCEPT
        assert len(differences(spec, changed)) <= 2, name  # memory: each channel by its own step
    shares = [each.model.media.share for each in found.values()]
    assert shares == [0.15] * 4 + [0.075, 0.3]


def test_no_prior_of_a_decay_is_centred_where_it_could_not_move():
    found = by_name(spec_from(RECOMMENDED))["beginning with shorter memory (decay − 0.2)"]
    assert (found.decay("a"), found.decay("b")) == (variants.LEAST_CENTRE, 0.3)
    held = spec_from(RECOMMENDED | {"model": {"kind": "recommended", "per_channel": {"a": "fixed"}}})
    assert by_name(held)["beginning with shorter memory (decay − 0.2)"].decay("a") == 0


def test_with_every_channel_held_memory_is_a_setting_and_no_beginning():
    held = spec_from(RECOMMENDED | {"model": {"kind": "recommended", "freedom": "fixed"}})
    assert "with longer memory (decay + 0.2)" in by_name(held)


def test_nobody_expects_nearly_all_of_sales_from_media():
    model = {"kind": "recommended", "media": {"share": 0.5}}
    found = by_name(spec_from(RECOMMENDED | {"model": model}))
    assert found["expecting more of media (60 % of sales)"].model.media.share == 0.6
    more = by_name(spec_from(RECOMMENDED | {"model": {"kind": "recommended", "media": {"share": 0.7}}}))
    assert not any("more of media" in name for name in more)


@pytest.mark.parametrize("kind", ["delayed", "weibull_pdf"])
def test_only_memory_moves_of_a_carry_over_that_has_other_settings(kind):
    adstock = {"kind": kind, "per_channel": {"a": {"decay": 0.5, "delay": 0.7, "shape": 3.0}}}
    spec = spec_from({"dataset_id": "t", "drivers": ["act_a"], "feature_config": {"adstock": adstock}})
    changed = by_name(spec)["with longer memory (decay + 0.2)"].adstock("a")
    assert (changed.decay, changed.delay, changed.shape) == (0.7, 0.7, 3.0)


def test_memory_moves_by_a_fixed_step_and_stays_a_decay():
    spec = spec_from({"dataset_id": "t", "drivers": ["act_a", "act_b"], "feature_config": {
        "adstock": {"per_channel": {"a": 0.1, "b": 0.85}}}})  # fmt: skip
    found = by_name(spec)
    shorter, longer = found["with shorter memory (decay − 0.2)"], found["with longer memory (decay + 0.2)"]
    assert (shorter.decay("a"), longer.decay("a")) == (0.0, pytest.approx(0.3))
    assert (shorter.decay("b"), longer.decay("b")) == (pytest.approx(0.65), 0.9)


def test_a_hull_reaches_from_the_lowest_to_the_highest_end_under_any_setting(own):
    wider = moved(own, "tv", to=0.1)
    tv = next(each for each in wider.channels if each.channel == "tv")
    ends = tv.share.model_copy(update={"low": 0.01, "high": 0.5})
    channels = tuple(
        each.model_copy(update={"share": ends}) if each.channel == "tv" else each for each in wider.channels
    )
    found = variants.hulls(own, {"x": own, "y": own.model_copy(update={"channels": channels})}, lambda c: c.share)
    assert found["tv"] == (0.01, 0.5)
    search = next(each for each in own.channels if each.channel == "search")
    assert found["search"] == (search.share.low, search.share.high)
    assert variants.hulls(own, {}, lambda c: c.share) == {}
    assert variants.hulls(own, {"x": own}, lambda c: None) == {}


def test_without_a_season_there_is_no_sharper_one_and_saturation_is_asked_the_other_way():
    spec = spec_from({"dataset_id": "t", "drivers": ["act_a"], "feature_config": {
        "seasonality": {"enabled": False}, "saturation": {"enabled": True}}})  # fmt: skip
    found = by_name(spec)
    assert not any("season" in name for name in found)
    assert not found["without saturation"].feature_config.saturation.enabled


def test_a_channel_that_leaves_its_interval_is_named_with_the_setting(own):
    channel = own.channels[0]
    outside = moved(own, channel.channel, to=channel.share.high + 0.1)
    farther = moved(own, channel.channel, to=channel.share.high + 0.2)
    (found,) = variants.moves(own, {"a": outside, "b": farther, "c": own})
    assert (found.channel, found.variant) == (channel.channel, "b")
    assert found.there == pytest.approx(channel.share.high + 0.2)
    assert variants.moves(own, {"c": own}) == []
