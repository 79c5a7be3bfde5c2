from dataclasses import replace

import numpy as np
import pandas as pd

from mmm_core.exports.gallery import Exhibit
from mmm_core.exports.sheets import Sheet, sheets_of_run
from mmm_core.exports.tables import tables_of_run
from mmm_core.labels import display_names
from mmm_core.runs.datasets import Units
from mmm_core.runs.folder import read_spec
from mmm_core.runs.outputs import read_outputs
from tests.conftest import PROJECT

DEMO = PROJECT / "sample_data" / "demo_run"
OUTPUTS = read_outputs(DEMO)
RUN = Exhibit("demo", OUTPUTS, read_spec(DEMO), Units(target="€", spend="€"))
SHEETS = {sheet.label: sheet for sheet in sheets_of_run(RUN)}
BY_SIZE = [display_names(RUN.channels)[name] for name in OUTPUTS.summary.names]


def frame_of(sheet: Sheet) -> pd.DataFrame:
    return pd.DataFrame({column.name: list(column.values) for column in sheet.columns})


def test_every_table_is_a_sheet_of_as_many_rows_and_every_column_is_defined():
    tables = tables_of_run(OUTPUTS).values()
    assert list(SHEETS) == [table.label for table in tables]
    for table, sheet in zip(tables, SHEETS.values(), strict=True):
        names = [column.name for column in sheet.columns]
        assert len(set(names)) == len(names)
        assert {len(column.values) for column in sheet.columns} == {len(table.frame)}
        assert all(column.says.endswith(".") or '"' in column.says for column in sheet.columns)
        assert not any("_" in name for name in names)


def test_channels_have_the_names_of_charts_and_stand_by_size():
    totals = frame_of(SHEETS["Channels in total"])
    assert list(totals["Channel"]) == BY_SIZE
    assert "TV" in BY_SIZE
    brought = totals["Brought (€): median"]
    assert list(brought) == sorted(brought, reverse=True)
    first = frame_of(SHEETS["Contributions per week"]).head(len(BY_SIZE))
    assert list(first["Channel"]) == BY_SIZE
    assert first["Week from"].nunique() == 1


def test_numbers_are_those_of_the_run():
    for label, own, name, column in (
        ("Fitted and observed", OUTPUTS.fitted, "Observed (€)", "y"),
        ("Contributions per week", OUTPUTS.contributions, "Brought (€): mean", "additive_mean"),
        ("Parts of the fitted line", OUTPUTS.decomposition, "Part of fitted (€): mean", "mean"),
    ):
        np.testing.assert_allclose(np.sort(frame_of(SHEETS[label])[name]), np.sort(own[column]))
    parts = frame_of(SHEETS["Parts of the fitted line"])
    sums = parts.groupby("Week from")["Part of fitted (€): mean"].sum()
    np.testing.assert_allclose(sums, OUTPUTS.fitted["y_hat_mean"], rtol=1e-6)
    assert parts["Part"].iloc[0] == "Reference level"
    tv = parts.loc[parts["Part"] == "TV", "Part of fitted (€): mean"].sum()
    own = OUTPUTS.decomposition.query("component == 'tv'")["mean"].sum()
    np.testing.assert_allclose(tv, own)


def test_a_channel_and_a_baseline_part_of_one_name_are_kept_apart():
    frame = OUTPUTS.decomposition.copy()
    frame["component"] = frame["component"].replace("tv", "trend")
    assert set(frame["kind"][frame["component"] == "trend"]) == {"baseline", "channel"}
    channels = tuple(
        each.model_copy(update={"channel": "trend" if each.channel == "tv" else each.channel})
        for each in OUTPUTS.summary.channels
    )
    outputs = replace(OUTPUTS, decomposition=frame, summary=OUTPUTS.summary.model_copy(update={"channels": channels}))
    run = Exhibit("demo", outputs, RUN.spec, RUN.units)
    parts = frame_of({sheet.label: sheet for sheet in sheets_of_run(run)}["Parts of the fitted line"])
    own = frame.query("component == 'trend' and kind == 'baseline'")["mean"].sum()
    found = parts[(parts["Part"] == "Trend") & (parts["Kind"] == "baseline")]["Part of fitted (€): mean"].sum()
    np.testing.assert_allclose(found, own)
