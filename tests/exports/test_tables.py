from mmm_core.exports.tables import tables_of_run
from mmm_core.runs.outputs import read_outputs
from tests.conftest import PROJECT

FOUND = read_outputs(PROJECT / "sample_data" / "demo_run")


def test_tables_are_named_so_that_a_person_knows_them_and_excel_takes_them():
    tables = tables_of_run(FOUND)
    labels = [table.label for table in tables.values()]
    assert {"Contributions per week", "Fitted and observed"} <= set(labels)
    assert len(set(labels)) == len(labels)
    assert all(len(label) <= 31 for label in labels)
    assert not any(set(label) & set("[]:*?/\\") for label in labels)


def test_the_channels_have_every_estimate_with_its_interval():
    frame = tables_of_run(FOUND)["channels"].frame.set_index("channel")
    for channel in FOUND.summary.channels:
        assert frame.loc[channel.channel, "additive mean"] == channel.additive.mean
        assert frame.loc[channel.channel, "share low"] == channel.share.low
        assert frame.loc[channel.channel, "cannot be told"] == channel.cannot_be_told
