"""Channels that cannot have done anything: how they are made, and what they are told of the others by."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmm_core.errors import DataError
from mmm_core.proof.parts.ghosts import (
    GHOSTS,
    GHOSTS_PART,
    Beside,
    Ghost,
    free_name,
    ghost_order,
    signals,
    with_driver,
    with_ghost,
)
from mmm_core.proof.subject import Subject, refitter
from mmm_core.results.intervals import Estimate
from mmm_core.table.typed import CanonicalData
from tests.proof.subjects import subject_of


@pytest.fixture(scope="module", params=["fit", "estimated_fit"])
def subject(request) -> Subject:
    return subject_of(request.getfixturevalue(request.param))


def order_of(activity: np.ndarray, kind: str, seed: int) -> np.ndarray:
    return ghost_order(activity, kind, 13, np.random.default_rng(seed))


@given(st.integers(0, 10_000), st.sampled_from(["moved", "redrawn"]))
def test_a_ghost_is_its_channel_at_other_times(seed, kind):
    """Every amount once, and a quarter of a year away when it is moved."""
    activity = np.random.default_rng(seed).gamma(1.0, 1.0, 104) * (np.arange(104) % 7 < 4)
    order = order_of(activity, kind, seed)
    assert sorted(order) == list(range(104))
    assert abs(np.corrcoef(activity, activity[order])[0, 1]) <= 0.5
    if kind == "moved":
        apart = (np.arange(104) - order) % 104
        assert min(apart[0], 104 - apart[0]) >= 13
        assert len(set(apart)) == 1


@pytest.mark.parametrize("seed", range(8))
def test_a_channel_of_every_summer_is_not_moved_by_whole_years(seed):
    """Such a ghost would be the channel itself, and feel what that one did."""
    summers = (np.arange(156) % 52 < 8) * 1.0
    apart = (np.arange(156) - order_of(summers, "moved", seed))[0] % 52
    assert 4 < apart < 48


def test_a_redrawn_ghost_keeps_its_channel_s_rhythm():
    """Its swings are as slow: neighbours are as alike as the channel's own."""
    slow = np.exp(np.sin(np.arange(156) / 8) + np.random.default_rng(0).normal(0, 0.1, 156))
    ghost = slow[order_of(slow, "redrawn", 3)]
    alike = [np.corrcoef(series[1:], series[:-1])[0, 1] for series in (slow, ghost)]
    assert alike[1] == pytest.approx(alike[0], abs=0.15)


def test_spend_goes_with_its_activity_and_entities_are_added_up(subject):
    frame = subject.table.frame.assign(spend_c0=3.0 * subject.table.frame["act_c0"])
    two = CanonicalData(
        pd.concat([frame.assign(entity_id="a"), frame.assign(entity_id="b")], ignore_index=True), "WEEK"
    )
    made = with_ghost(two, subject.spec, "c0", "ghost", "moved", number=2).frame
    assert len(made) == len(frame)
    np.testing.assert_allclose(made["spend_ghost"], 3.0 * made["act_ghost"])
    np.testing.assert_allclose(np.sort(made["act_ghost"]), 2 * np.sort(frame["act_c0"]))
    again = with_ghost(two, subject.spec, "c0", "ghost", "moved", number=2).frame
    pd.testing.assert_frame_equal(made, again)
    assert (
        not with_ghost(two, subject.spec, "c0", "ghost", "moved", number=3).frame["act_ghost"].equals(made["act_ghost"])
    )


def test_periods_that_are_not_used_or_not_known_stay_as_they_are(subject):
    """A ghost of activity that lies outside the window alone would not vary in it."""
    frame = subject.table.frame.copy()
    frame.loc[frame.index[-5:], "act_c0"] = np.nan
    windows = subject.spec.windows.model_copy(update={"estimation_months": 12, "carryover_months": 2})
    spec = subject.spec.model_copy(update={"windows": windows})
    made = with_ghost(CanonicalData(frame, "WEEK"), spec, "c0", "ghost", "redrawn", number=1).frame
    old = frame.index[:30]
    np.testing.assert_array_equal(made.loc[old, "act_ghost"], frame.loc[old, "act_c0"])
    assert made["act_ghost"].isna().tolist() == frame["act_c0"].isna().tolist()


def test_a_ghost_s_name_is_no_column_s_whatever_is_read_of_it():
    assert free_name(["sales", "act_tv"]) == "ghost"
    assert free_name(["act_tv", "spend_ghost", "ctrl_ghost1"]) == "ghost2"


def test_a_ghost_has_the_settings_of_its_channel(subject):
    spec = with_driver(subject.spec, "c1", "ghost")
    assert spec.decay("ghost") == subject.spec.decay("c1")
    assert spec.freedom("ghost") == subject.spec.freedom("c1")
    assert spec.drivers == (*subject.spec.drivers, "act_ghost")


def test_one_unit_is_one_ghost_more(subject, compiled):
    keys = GHOSTS_PART.units(subject)
    assert len(keys) == GHOSTS
    found = GHOSTS_PART.work(subject, keys[0], refitter(compiled))
    assert (found.of, found.kind) == (subject.channels[0], "moved")
    assert found.roi is not None
    assert 0 <= found.share.low < found.share.high < 0.3
    assert [each.channel for each in found.channels] == subject.channels
    told = GHOSTS_PART.tell(subject, {keys[0]: found})
    assert (told.verdict, told.not_shown, told.remedy) == (None, (), "")
    assert told.sentence.startswith("So far ")


def of_signal(signal: float) -> Ghost:
    share = Estimate(mean=0.01, low=0.0, high=0.03, median=0.01)
    beside = (Beside(channel="c0", share=0.1, roi=None),)
    return Ghost(of="c0", kind="moved", share=share, roi=None, signal=signal, channels=beside)


def noise(*signals_: float) -> dict[str, Ghost]:
    return {str(number): of_signal(signal) for number, signal in enumerate(signals_)}


def test_a_channel_clears_ghosts_that_nine_in_ten_of_stay_below(subject):
    told = GHOSTS_PART.tell(subject, noise(*[0.0] * 20))
    assert (told.verdict, told.not_shown, told.remedy) == ("pass", (), "")
    assert told.sentence == ("4 of 4 channels stand out from 20 ghosts, copies that nobody saw.")
    loud = GHOSTS_PART.tell(subject, noise(*[100.0] * 20))
    assert (loud.verdict, loud.not_shown) == ("stop", tuple(subject.channels))
    assert "C0, C1, C2 and 1 more, with 100\u00a0% of spend, do not" in loud.sentence
    one = GHOSTS_PART.tell(subject, noise(*[0.0] * 20, 100.0))
    assert one.verdict == "pass"  # one in 21 ghosts did better: two in 22 with the channel itself


def test_a_channel_in_the_middle_of_its_ghosts_is_not_shown(subject):
    own = signals(subject)
    weakest = min(own, key=lambda channel: own[channel])
    told = GHOSTS_PART.tell(subject, noise(*(own[weakest] * np.linspace(0.1, 1.05, 20))))
    assert told.not_shown == (weakest,)
    rows = {row["channel"]: row for row in told.tables["channels"]}
    assert rows[weakest]["rank"] > 0.1


def test_a_channel_clears_where_its_dot_lies_beyond_its_floor(subject):
    """What is drawn is what is judged, whatever the measure is."""
    ordered = sorted(signals(subject).values())
    between = float(np.mean(ordered[1:3]))
    told = GHOSTS_PART.tell(subject, noise(*[between] * 20))
    assert len(told.not_shown) == 2
    for row in told.tables["channels"]:
        assert row["measure"] == "return"
        assert (row["median"] > row["floor"]) == (row["channel"] not in told.not_shown)


def test_a_short_table_and_a_full_one_are_refused_in_words(subject):
    short = replace(subject, features=replace(subject.features, target=subject.features.target[:30]))
    with pytest.raises(DataError, match="30 periods are too few to move a channel in time; 39 are needed"):
        GHOSTS_PART.units(short)
    channels = {f"c{number}": next(iter(subject.features.scaler.channels.values())) for number in range(30)}
    scaler = subject.features.scaler.model_copy(update={"channels": channels})
    full = replace(subject, features=replace(subject.features, scaler=scaler))
    if subject.spec.model.kind == "recommended":
        with pytest.raises(DataError, match="takes up to 30, and all are taken"):
            GHOSTS_PART.units(full)
    else:  # with fixed settings there is room, and a ghost of each
        assert len(GHOSTS_PART.units(full)) == 30
