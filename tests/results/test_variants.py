from __future__ import annotations

import pytest

from mmm_core.results import variants
from mmm_core.results.channel_summary import ContributionSummary
from mmm_core.runs.outputs import read_outputs
from mmm_core.spec import RunSpec, spec_from
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
