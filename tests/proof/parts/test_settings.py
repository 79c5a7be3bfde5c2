"""Settings around a run's own: valid, different, and judged where the table does not speak against them."""

import pytest

from mmm_core.proof.measure import measured
from mmm_core.proof.parts import settings
from mmm_core.proof.parts.settings import MOST_SETTINGS, Answer, Figure, settings_of
from mmm_core.proof.subject import refitter
from mmm_core.results.variants import LEAST_CENTRE
from mmm_core.spec import spec_from
from tests.proof.subjects import subject_of

FIXED = spec_from({"dataset_id": "d", "drivers": ["act_tv", "act_radio"], "controls": ["ctrl_price"]})
RECOMMENDED = spec_from({"dataset_id": "d", "drivers": ["act_tv", "act_radio"], "model": {"kind": "recommended"}})


@pytest.mark.parametrize("spec", [FIXED, RECOMMENDED], ids=["fixed", "recommended"])
@pytest.mark.parametrize("grain", ["WEEK", "MONTH"])
def test_about_two_dozen_settings_differ_from_the_run_and_from_each_other(spec, grain):
    found = settings_of(spec, grain)
    assert 20 <= len(found) <= MOST_SETTINGS
    for names in ([each.key for each in found], [each.name for each in found]):
        assert len(set(names)) == len(found)
    specs = [each.spec for each in found]
    assert spec not in specs
    assert all(one != other for place, one in enumerate(specs) for other in specs[:place])
    assert all(each.model.kind == spec.model.kind for each in specs)
    assert all(
        (each.drivers, each.controls, each.sampler) == (spec.drivers, spec.controls, spec.sampler) for each in specs
    )


def named(spec, key):
    return next(each.spec for each in settings_of(spec, "WEEK") if each.key == key)


def test_one_choice_is_changed_and_all_others_are_kept():
    spec = spec_from(
        {
            **RECOMMENDED.model_dump(by_alias=True),
            "model": {"kind": "recommended", "tails": "normal", "media": {"share": 0.2, "spread": 0.7}},
        }
    )
    other = named(spec, "share_doubled")
    assert other.model.media.share == pytest.approx(0.4)
    assert (other.model.media.spread, other.model.tails) == (0.7, "normal")
    assert other.feature_config == spec.feature_config
    season = named(spec, "season_2")
    assert (season.feature_config.seasonality.K, season.model) == (2, spec.model)


def test_decays_move_by_channel_and_stay_reasonable():
    decays = {"act_tv": 0.8, "act_radio": 0.95}
    spec = spec_from({**FIXED.model_dump(by_alias=True), "feature_config": {"adstock": {"per_channel": decays}}})
    longer, shorter = (named(spec, f"decay{step}_straight") for step in ("+0.15", "-0.30"))
    assert (longer.decay("tv"), longer.decay("radio")) == (0.9, 0.95)
    assert (shorter.decay("tv"), shorter.decay("radio")) == (0.5, 0.65)


def test_no_prior_of_a_decay_is_centred_where_it_could_not_move():
    config = {"adstock": {"per_channel": {"act_tv": 0.1}}}
    spec = spec_from({**RECOMMENDED.model_dump(by_alias=True), "feature_config": config})
    assert named(spec, "decay-0.20").decay("tv") == LEAST_CENTRE > 0


def test_half_saturations_of_channels_move_too():
    saturation = {"enabled": True, "per_channel": {"act_tv": {"half_saturation": 3.0, "slope": 1.2}}}
    spec = spec_from({**RECOMMENDED.model_dump(by_alias=True), "feature_config": {"saturation": saturation}})
    other = named(spec, "half_doubled")
    assert (other.saturation("tv").half_saturation, other.saturation("tv").slope) == (6.0, 1.2)


def test_settings_that_cannot_be_had_are_left_out():
    large = RECOMMENDED.model.media.model_copy(update={"share": 0.7})
    spec = RECOMMENDED.model_copy(update={"model": RECOMMENDED.model.model_copy(update={"media": large})})
    keys = [each.key for each in settings_of(spec, "WEEK")]
    assert "share_halved" in keys
    assert "share_doubled" not in keys  # 1.4 is no share of sales


def test_a_setting_is_fitted_and_the_table_speaks_against_a_bad_one(fit, compiled):
    subject = subject_of(fit)
    keys = settings.units(subject)
    assert {"season_4", "season_1"} <= set(keys)
    found = {key: settings.work(subject, key, refitter(compiled)) for key in ("season_4", "season_1")}
    assert [each.channel for each in found["season_4"].figures] == [None, "c0", "c1", "c2", "c3"]
    assert not found["season_4"].refuted
    assert found["season_1"].refuted  # the world's season has two pairs
    told = settings.tell(subject, found)
    assert told.sentence.startswith("Under 1 other setting media bring ")
    assert told.sentence.endswith("The table speaks clearly against 1 more.")
    assert {row["refuted"] for row in told.tables["answers"]} == {None, "yes"}


def answer(subject, *, reaches: float, refuted: bool = False, name: str = "no trend") -> Answer:
    """Every figure as it is, but that of c1, which is so many half-intervals up."""
    figures = []
    for channel, measure, own in measured(subject.summary):
        moved = own.shown + (reaches * (own.high - own.shown) if channel == "c1" else 0.0)
        there = own.model_copy(update={"median": moved})
        figures.append(Figure(channel=channel, measure=measure, there=there, share=there))
    return Answer(name=name, group="baseline", refuted=refuted, figures=tuple(figures))


def test_a_channel_that_leaves_its_interval_is_looked_at(fit):
    subject = subject_of(fit)
    inside = settings.tell(subject, {"trend_off": answer(subject, reaches=0.9)})
    assert (inside.verdict, inside.not_shown, inside.remedy) == ("pass", (), "")
    assert "no channel leaves its own interval" in inside.sentence
    assert "the return of C1 is" in inside.sentence
    assert "with no trend." in inside.sentence
    outside = settings.tell(
        subject, {"trend_off": answer(subject, reaches=0.9), "before": answer(subject, reaches=1.2, name="else")}
    )
    assert (outside.verdict, outside.not_shown) == ("look", ("c1",))
    assert outside.value == pytest.approx(1.2)
    assert "C1 leaves its own interval under some of them" in outside.sentence
    ranges = {row["channel"]: row for row in outside.tables["ranges"]}
    assert ranges["c1"]["farthest"] == "else"


def test_what_the_table_speaks_against_is_not_judged(fit):
    subject = subject_of(fit)
    refuted = answer(subject, reaches=3.0, refuted=True)
    told = settings.tell(subject, {"a": answer(subject, reaches=0.1), "b": refuted})
    assert (told.verdict, told.value) == ("pass", pytest.approx(0.1))
    alone = settings.tell(subject, {"b": refuted})
    assert (alone.verdict, alone.not_shown) == ("pass", ())
    assert alone.sentence == "1 other setting: the table speaks clearly against all of them."
