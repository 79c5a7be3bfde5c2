from mmm_core.exports.about import about_run, one_line, title_of
from mmm_core.exports.gallery import Exhibit
from mmm_core.results import variants
from mmm_core.results.conditions import conditions
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
    assert said["Units"] == "Sales are in €, spend in €."
    assert conditions(OUTPUTS.summary) in said["Intervals"]
    assert "Other settings" not in said


def test_an_answer_under_other_settings_is_said_where_somebody_asked():
    run = Exhibit("x", OUTPUTS, read_spec(DEMO), Units(), {"with saturation": OUTPUTS.summary})
    said = {each.about: each.text for each in about_run(run, MANIFEST)}
    assert said["Other settings"] == variants.across(OUTPUTS.summary, run.others)
    assert said["Units"] == "What sales are counted in is not said; the currency of spend is not said."
    assert one_line(" a\n\tb ") == "a b"
