"""Columns of events: which rows, which names, which effects."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from mmm_core.errors import DataError, SpecError
from mmm_core.model.events.columns import event_columns, possible_events
from mmm_core.model.family import family_of
from mmm_core.model.features import FeatureMatrix, feature_frame, features_from
from mmm_core.model.structure import parameter_count, require_rows
from mmm_core.results.contributions import decompose
from mmm_core.results.effects import values_of
from mmm_core.spec import spec_from
from mmm_core.table.windows import split_rows
from tests.conftest import features_of, fit_world
from tests.worlds import simulate

WORLD = simulate(3, weeks=120, channels=3)
STARTS = pd.DatetimeIndex(WORLD.frame["period_start"])


def features(events: dict[str, object], **changes: object) -> FeatureMatrix:
    return features_of(WORLD.frame, spec_from(WORLD.spec | {"feature_config": {"events": events}} | changes))


def own(name: str, *places: int, **more: object) -> dict[str, object]:
    return {"name": name, "dates": [f"{STARTS[place]:%Y-%m-%d}" for place in places], **more}


def column(built: FeatureMatrix, name: str) -> np.ndarray:
    return built.controls_scaled.sel(control=f"event: {name}").to_numpy()


def test_a_column_is_the_part_of_each_event_in_a_week():
    built = features({"own": [own("Sale", 10, 60), own("Strike", 20, before=3, after=3)]})
    assert np.flatnonzero(column(built, "Sale")).tolist() == [10, 60]
    np.testing.assert_allclose(column(built, "Strike")[[19, 20]], [3 / 7, 4 / 7])
    assert built.scaler.control_kind["event: Sale"] == "event"
    (strike,) = built.scaler.events["event: Strike"]
    assert (strike.dates, strike.before) == ((STARTS[20].date(),), 3)


def test_without_events_nothing_changes():
    assert features({}).scaler.events == {}
    assert "event" not in features({}).scaler.control_kind.values()


def test_events_that_always_fall_together_are_one_column():
    built = features({"own": [own("Sale", 10), own("Strike", 10), own("Other", 11)]})
    assert list(built.scaler.events) == ["event: Sale and Strike", "event: Other"]


def test_an_event_that_tells_no_period_from_another_is_left_out_and_said():
    every = own("Every week", *range(120))
    built = features({"own": [every, {"name": "Long ago", "dates": ["1999-01-01"]}, own("Sale", 10)]})
    assert list(built.scaler.events) == ["event: Sale"]
    assert [notice.split(":")[0] for notice in built.scaler.notices if "no day" in notice] == [
        "Event Every week", "Event Long ago",
    ]  # fmt: skip


def test_windows_count_what_is_estimated_only():
    built = features({"own": [own("Sale", 10, 110)]}, windows={"estimation_months": 12})
    (sale,) = built.scaler.events["event: Sale"]
    assert sale.dates == (STARTS[110].date(),)
    assert column(built, "Sale").sum() == 1


@pytest.mark.parametrize("begins", ["2023-01-01", "2023-01-29"])
def test_months_hold_their_days_also_those_of_a_retail_calendar(begins):
    first = pd.Timestamp(begins)
    steps = np.cumsum([0] + [28, 28, 35] * 8) if first.day != 1 else None
    starts = pd.date_range(first, periods=24, freq="MS") if steps is None else first + pd.to_timedelta(steps[:24], "D")
    frame = pd.DataFrame({"entity_id": "all", "period_start": starts, "sales": 1.0})
    spec = spec_from(WORLD.spec | {"grain": "MONTH", "feature_config": {"events": {"shopping_days": True}}})
    found = event_columns(frame, spec, split_rows(frame, spec), "MONTH")
    black = next(place for place, name in enumerate(found.scalers) if "Black Friday" in name)
    holding = [int(np.flatnonzero(starts <= day)[-1]) for day in pd.to_datetime(["2023-11-24", "2024-11-29"])]
    assert np.flatnonzero(found.matrix[:, black]).tolist() == holding


def test_two_groups_of_events_never_share_a_name():
    built = features({"own": [own("A", 10), own("B", 10), own("A and B", 40)]})
    assert len(built.scaler.events) == 2
    assert built.controls_scaled.sizes["control"] == len(built.scaler.control_kind)


def test_a_retail_calendar_ends_as_it_did_a_year_before():
    starts = pd.Timestamp("2022-01-30") + pd.to_timedelta(np.cumsum([0] + [28, 35, 28] * 8)[:23], "D")
    frame = pd.DataFrame({"entity_id": "all", "period_start": starts, "sales": 1.0})
    config = {"events": {"own": [{"name": "Christmas", "dates": ["2022-12-25", "2023-12-25"]}]}}
    spec = spec_from(WORLD.spec | {"grain": "MONTH", "feature_config": config})
    found = event_columns(frame, spec, split_rows(frame, spec), "MONTH")
    assert starts[-1] == pd.Timestamp("2023-11-26")
    assert found.matrix[:, 0].sum() == 2


def test_features_are_written_and_read_with_their_events():
    built = features({"own": [own("Sale, with a comma: 5 %", 10)]})
    again = features_from(feature_frame(built), built.scaler.model_validate_json(built.scaler.model_dump_json()))
    np.testing.assert_array_equal(again.controls_scaled, built.controls_scaled)


def test_events_count_as_parameters():
    many = {"own": [own(f"Event {place}", place) for place in range(61, 120)]}
    with pytest.raises(DataError, match="parameters"):
        features(many, windows={"estimation_months": 14})


def test_no_control_may_be_called_as_an_event():
    frame = WORLD.frame.rename(columns={WORLD.spec["controls"][0]: "ctrl_event: Sale"})
    with pytest.raises(SpecError, match="column that the model makes itself"):
        features_of(frame, spec_from(WORLD.spec | {"controls": ["ctrl_event: Sale"]}))


def with_promo(values: dict[int, float], **changes: object) -> FeatureMatrix:
    """Features of a table with a control that is above zero in some rows, and an event."""
    numbers = np.zeros(len(WORLD.frame))
    numbers[list(values)] = list(values.values())
    frame = WORLD.frame.assign(ctrl_summer_sale=numbers)
    controls = [*WORLD.spec["controls"], "ctrl_summer_sale"]
    config = {"events": {"columns": ["summer_sale"]}}
    return features_of(frame, spec_from(WORLD.spec | {"controls": controls, "feature_config": config} | changes))


@pytest.mark.parametrize("kind", ["fixed", "recommended"])
def test_an_event_of_the_table_has_the_column_and_the_prior_of_one_that_is_named(kind):
    told = with_promo(dict.fromkeys([10, 60], 1.0), model={"kind": kind})
    named = features({"own": [own("Summer sale", 10, 60)]}, model={"kind": kind})
    np.testing.assert_array_equal(column(told, "Summer sale"), column(named, "Summer sale"))
    assert told.scaler.control_kind == named.scaler.control_kind
    scales = [np.broadcast_to(family_of(each).columns.scale, each.controls_scaled.shape[1]) for each in (told, named)]
    np.testing.assert_array_equal(*scales)
    assert scales[0][-1] == {"fixed": 0.5, "recommended": 0.2}[kind]
    (days,) = told.scaler.events["event: Summer sale"]
    assert (days.column, days.dates) == ("ctrl_summer_sale", tuple(STARTS[place].date() for place in (10, 60)))
    assert "summer_sale" not in told.scaler.controls


def test_a_day_of_a_week_that_was_averaged_is_a_whole_event():
    built = with_promo({10: 1 / 7, 60: 2 / 7})
    np.testing.assert_allclose(column(built, "Summer sale")[[9, 10, 60]], [0, 0.5, 1])
    assert built.scaler.events["event: Summer sale"][0].largest == pytest.approx(2 / 7)


def test_an_event_of_the_table_that_falls_on_a_named_one_is_one_column_with_it():
    config = {"events": {"own": [own("Strike", 10)], "columns": ["summer_sale"]}}
    built = with_promo({10: 1.0}, feature_config=config)
    assert list(built.scaler.events) == ["event: Strike and Summer sale"]
    config = {"events": {"own": [own("Summer sale", 10)], "columns": ["summer_sale"]}}
    assert list(with_promo({10: 1.0}, feature_config=config).scaler.events) == ["event: Summer sale"]


def test_an_event_of_the_table_outside_the_window_is_left_out_and_said():
    built = with_promo({10: 1.0}, windows={"estimation_months": 12})
    assert built.scaler.events == {}
    assert any(notice.startswith("Event Summer sale: no day of it") for notice in built.scaler.notices)


@pytest.mark.parametrize("wrong", [-1.0, np.nan])
def test_what_is_below_zero_or_blank_is_no_event(wrong):
    with pytest.raises(DataError, match="'summer_sale' is to be an event, and is blank or below zero in 1 period"):
        with_promo({10: 1.0, 11: wrong})


def test_a_control_counts_once_among_the_parameters():
    spec = spec_from(
        WORLD.spec
        | {"controls": [*WORLD.spec["controls"], "ctrl_sale"], "feature_config": {"events": {"columns": ["sale"]}}}
    )
    channels, controls = len(spec.drivers), len(spec.controls)
    parameters = parameter_count(channels + controls, spec.feature_config.seasonality.K, has_trend=True)
    require_rows(parameters + 1, spec, events=1)
    with pytest.raises(DataError, match=f"{parameters} parameters"):
        require_rows(parameters, spec, events=1)


def test_controls_that_may_be_events_are_zero_in_most_rows_and_never_below():
    frame = pd.DataFrame({
        "ctrl_flag": [0, 0, 0, 1], "ctrl_half": [0, 0, 1, 1], "ctrl_price": [9, 9, 9, 8], "ctrl_gap": [0, 0, None, 1],
        "ctrl_signed": [0, 0, 0, -1], "ctrl_never": [0, 0, 0, 0],
    })  # fmt: skip
    names = ["flag", "half", "price", "gap", "signed", "never"]
    assert possible_events(frame, names) == ("flag", "never")


@pytest.mark.parametrize("kind", ["fixed", "recommended"])
def test_an_event_is_found_and_its_part_is_what_it_brought(compiled, kind):
    places, lift = [20, 72, 110], 0.4
    frame = WORLD.frame.copy()
    frame.loc[places, "sales"] *= 1 + lift
    world = dataclasses.replace(WORLD, frame=frame)
    config = {"events": {"own": [own("Sale", *places)]}}
    found = fit_world(world, compiled, model={"kind": kind}, feature_config=config)
    gamma = found.posterior.draws["gamma"].sel(control="event: Sale")
    assert 3 * float(gamma.std()) < float(gamma.mean()) < 1.2 * lift
    assert float(gamma.mean()) > 0.5 * lift
    table = decompose(found.features, found.posterior, seed=1)
    parts = table.decomposition[table.decomposition["component"] == "events"].set_index("period_start")["mean"]
    assert (parts.iloc[places] > 0.1 * frame["sales"].mean()).all()
    np.testing.assert_allclose(parts.drop(parts.index[places]), 0, atol=1e-6 * frame["sales"].mean())
    fitted = table.fitted.set_index("period_start")["y_hat_mean"]
    sums = table.decomposition.groupby("period_start")["mean"].sum()
    np.testing.assert_allclose(sums, fitted, rtol=1e-9)
    family, values = family_of(found.features), values_of(found.posterior)
    assert np.isfinite(family.columns.part(values).effect).all()
