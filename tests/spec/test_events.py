"""Events in a specification: what is taken, and what is refused in words."""

import pytest

from mmm_core.errors import SpecError
from mmm_core.spec import Events, spec_from, with_event

SPEC = {"dataset_id": "t", "drivers": ["act_tv"], "controls": ["ctrl_easter"]}
SALE = {"name": "Sale", "dates": ["2024-06-03"]}


def asked(events: object) -> Events:
    return spec_from(SPEC | {"feature_config": {"events": events}}).feature_config.events


def test_a_specification_without_events_has_none():
    assert spec_from(SPEC).feature_config.events.are_none
    assert not asked({"shopping_days": True}).are_none
    assert not asked({"own": [SALE]}).are_none
    assert not asked({"holidays": {"country": "DE"}}).are_none
    assert not asked({"columns": ["easter"]}).are_none


def test_a_file_gives_back_what_was_asked():
    found = spec_from(SPEC | {"feature_config": {"events": {"own": [SALE | {"yearly": True, "before": 2}]}}})
    assert spec_from(found.model_dump(mode="json", by_alias=True)) == found


def test_an_event_is_added_to_what_there_is():
    before = spec_from(SPEC | {"feature_config": {"events": {"own": [SALE]}}})
    events = with_event(before, "Strike", ["2024-02-05", "2025-02-03"]).feature_config.events
    assert [(event.name, len(event.dates)) for event in events.own] == [("Sale", 1), ("Strike", 2)]
    assert len(before.feature_config.events.own) == 1


@pytest.mark.parametrize(
    ("events", "words"),
    [
        ({"holidays": {"country": "Germany"}}, "feature_config.events.holidays.country"),
        ({"own": [SALE, SALE]}, "named more than once: Sale"),
        ({"own": [{"name": "Sale", "dates": []}]}, "own.0.dates"),
        ({"own": [{"name": "", "dates": ["2024-06-03"]}]}, "own.0.name"),
        ({"own": [{"name": "Sale", "dates": [20240603]}]}, "YYYY-MM-DD"),
        ({"own": [{"name": "Sale", "dates": ["3.6.2024"]}]}, "own.0.dates.0"),
        ({"own": [{"name": "Sale", "dates": ["86400"]}]}, "YYYY-MM-DD"),
        ({"own": [{"name": "Sale", "dates": ["0001-01-01"]}]}, "from 1900 to 2200"),
        ({"own": [SALE | {"before": 91}]}, "own.0.before"),
        ({"own": [SALE | {"after": -1}]}, "own.0.after"),
        ({"school_holidays": True}, "unknown field"),
        ({"columns": ["ctrl_price", "easter"]}, "events.columns: not a control: price"),
        ({"columns": ["ctrl_easter", "easter"]}, "events.columns: named more than once: easter"),
    ],
)
def test_what_cannot_be_is_refused_by_place(events, words):
    with pytest.raises(SpecError, match=words):
        asked(events)
