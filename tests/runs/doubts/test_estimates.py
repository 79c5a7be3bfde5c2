"""A quick estimate is what a live estimate with the default settings says."""

import pytest

from mmm_core.errors import DataError, RunCancelledError
from mmm_core.runs import drafts, tables
from mmm_core.runs.datasets import create_dataset
from mmm_core.runs.doubts.estimates import quick_answer
from mmm_core.spec import DatasetSettings, default_spec
from tests.engines import desk
from tests.malformed import HEADER, good_rows, table


def test_a_quick_estimate_is_the_live_estimate(workspace_with_worker, compiled):
    """Also of a table that names events, which have an event's prior in both."""
    rows = [[*row, "Sale" if number in (5, 33, 70) else ""] for number, row in enumerate(good_rows(104))]
    at, content = desk(workspace_with_worker), table(rows, f"{HEADER},Promo name")
    asked = DatasetSettings(fixes=("named_events_are_one",))
    prepared = tables.prepare(content, "t.csv", asked)
    report = prepared.report
    assert report.events
    answer = quick_answer(prepared.canonical(), report, compiled=compiled)
    made = create_dataset(at, content, "t.csv", settings=asked)
    spec = default_spec(
        made.dataset_id, channels=report.channels, controls=report.controls, grain="WEEK", events=report.events
    )
    draft_id = drafts.create(at, spec).draft.draft_id
    assert drafts.wait(at, draft_id, timeout=200).phase == "finished"
    live = drafts.get_live_estimate(at, draft_id)
    assert live is not None
    assert answer.media_share.mean == pytest.approx(live.summary.media_share.mean)
    for quick, drawn in zip(answer.channels, live.summary.channels, strict=True):
        assert quick.channel == drawn.channel
        assert quick.share.model_dump() == pytest.approx(drawn.share.model_dump())
        assert quick.roi is not None
        assert drawn.roi is not None
        assert quick.roi.model_dump() == pytest.approx(drawn.roi.model_dump())


def test_a_table_without_media_is_refused_in_words(compiled):
    prepared = tables.prepare(table(good_rows(104)), "t.csv")
    with pytest.raises(DataError, match="no media"):
        quick_answer(prepared.canonical(), prepared.report.model_copy(update={"channels": ()}), compiled=compiled)


def test_it_ends_when_it_is_asked_to(compiled):
    prepared = tables.prepare(table(good_rows(104)), "t.csv")
    with pytest.raises(RunCancelledError):
        quick_answer(prepared.canonical(), prepared.report, compiled=compiled, should_stop=lambda: "discard")
