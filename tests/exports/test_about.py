from dataclasses import replace

import pytest

from mmm_core.exports.about import about_run, one_line, title_of
from mmm_core.exports.gallery import Exhibit
from mmm_core.exports.sheets import sheets_of_run
from mmm_core.exports.tables import tables_of_run
from mmm_core.results import variants
from mmm_core.results.conditions import ABOVE_AVERAGE, conditions
from mmm_core.runs.datasets import Units
from mmm_core.runs.folder import read_manifest, read_spec
from mmm_core.runs.outputs import read_outputs
from tests.conftest import PROJECT

DEMO = PROJECT / "sample_data" / "demo_run"
OUTPUTS, MANIFEST = read_outputs(DEMO), read_manifest(DEMO)


def test_what_is_said_has_the_words_of_the_screen():
    run = Exhibit("spring\nplan", OUTPUTS, read_spec(DEMO), Units(target="€", spend="€"))
    said = {each.about: each.text for each in about_run(run, MANIFEST)}
    assert title_of(run) == "spring plan: what each channel brought"
    assert run.conditions() in said["Source"]
    assert "mmm_demo.csv" in said["Source"]
    pays = "Returns are set against break-even at 1.00 (no margin is said)."
    assert said["Units"] == f"Sales are in €, spend in €. {pays}"
    assert conditions(OUTPUTS.summary) in said["Intervals"]
    assert "Other settings" not in said


def test_an_answer_under_other_settings_is_said_where_somebody_asked():
    run = Exhibit("x", OUTPUTS, read_spec(DEMO), Units(), {"with saturation": OUTPUTS.summary})
    said = {each.about: each.text for each in about_run(run, MANIFEST)}
    assert said["Other settings"] == variants.across(OUTPUTS.summary, run.others)
    assert said["Units"] == "What sales are counted in is not said; the currency of spend is not said."
    assert one_line(" a\n\tb ") == "a b"


@pytest.mark.parametrize("note", ["", ABOVE_AVERAGE])
def test_what_marginal_returns_assume_is_said_beside_them_wherever_they_are_taken(note):
    summary = OUTPUTS.summary.model_copy(update={"mroi_note": note})
    run = Exhibit("x", replace(OUTPUTS, summary=summary), read_spec(DEMO), Units(target="€", spend="€"))
    said = {each.about: each.text for each in about_run(run, MANIFEST)}
    assert said.get("Next 1 %", "") == note
    frame = tables_of_run(run.outputs)["channels"].frame
    columns = list(frame.columns)
    assert ("mroi note" in columns) == bool(note)
    if note:
        assert columns[columns.index("mroi high") + 1] == "mroi note"
        assert set(frame["mroi note"][frame["mroi mean"].notna()]) == {note}
    sheet = next(sheet for sheet in sheets_of_run(run) if sheet.label == "Channels in total")
    marginal = [column for column in sheet.columns if column.name.startswith("Return of the next 1 %")]
    assert len(marginal) == 4
    assert all(("no saturation" in column.name, note in column.says) == (bool(note), True) for column in marginal)
    others = [column for column in sheet.columns if column not in marginal]
    assert not any("no saturation" in column.name for column in others)
