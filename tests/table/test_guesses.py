import pytest

from mmm_core.errors import SpecError
from mmm_core.runs import datasets, tables
from mmm_core.spec import DatasetSettings
from mmm_core.table import guesses
from mmm_core.table.guesses import ColumnRole
from mmm_core.table.reading.reading import read_table
from mmm_core.workspace.desk import Desk
from mmm_core.workspace.storage import Workspace
from tests.malformed import good_rows, table


def raw_and_roles(path):
    from mmm_core.spec import ReadingOptions
    from mmm_core.table.reading.reading import read_table

    content = path.read_bytes()
    prepared = tables.prepare(content, path.name)
    return read_table(content, path.name, ReadingOptions()), prepared.validated.roles


def test_columns_of_other_tools_are_guessed(shared_data):
    raw, roles = raw_and_roles(shared_data / "raw_robyn_dt_simulated_weekly.csv")
    rows = {row.column: row for row in guesses.role_table(raw, roles)}
    assert rows["DATE"].role == "period"
    assert rows["revenue"].role == "sales"
    assert rows["tv_S"][1:3] == ("spend of channel", "tv")
    assert rows["facebook_I"][1:3] == ("activity of channel", "facebook")
    assert rows["competitor_sales_B"].role == "control"
    assert rows["newsletter"][1:3] == ("activity of channel", "newsletter")
    assert {row.source for row in rows.values()} == {"guessed", "open"}
    assert rows["events"].source == "open"
    assert rows["events"].first_values == "event1, event2"
    assert [row.column for row in guesses.asked_about(rows.values())] == ["events", "newsletter"]
    assert rows["revenue"].first_values == "2754372, 2584277, 2547387"


def test_known_columns_show_their_role_and_the_mapping_gives_it_back(tmp_path):
    path = tmp_path / "t.csv"
    path.write_bytes(table(good_rows()))
    raw, roles = raw_and_roles(path)
    found = guesses.mapping_of(guesses.role_table(raw, roles))
    assert found == roles.sources


def test_a_channel_without_a_name_has_that_of_its_column_in_its_case():
    assert guesses.mapping_of([ColumnRole("Paid Social", "activity of channel")]) == {"act_Paid_Social": "Paid Social"}


def test_no_role_is_proposed_twice(shared_data):
    raw, roles = raw_and_roles(shared_data / "ugly_meridian_national_media.xlsx")
    guesses.mapping_of(guesses.role_table(raw, roles))


def test_numbers_of_which_a_name_tells_something_are_not_offered_as_controls():
    header = "Date,Sales,TV spend,Orders,CTR,Trend,Widgets"
    content = "\n".join(
        [header, *(f"2023-01-{day:02},{day},{day + 1},{day},1,{day},{day + 2}" for day in range(1, 20))]
    )
    roles = tables.prepare(content.encode(), "t.csv").validated.roles
    rows = guesses.role_table(read_table(content.encode(), "t.csv"), roles)
    assert guesses.left_out_numbers(rows) == ("Widgets",)
    assert [row.column for row in guesses.asked_about(rows)] == ["Orders", "Widgets"]


def test_a_role_given_twice_is_refused():
    with pytest.raises(SpecError, match="'a' and 'b' are both sales"):
        guesses.mapping_of([ColumnRole("a", "sales"), ColumnRole("b", "sales")])


def test_a_name_without_a_role_is_refused():
    with pytest.raises(SpecError, match="Column 'x1' has the name 'tv' and no role"):
        guesses.mapping_of([ColumnRole("x1", "leave out", "tv")])


def test_spend_that_stands_in_for_activity_stays_spend(tmp_path):
    workspace = Workspace(tmp_path)
    settings = DatasetSettings(columns={"spend_tv": "spend_tv", "act_radio": "act_radio"})
    rows = [[*cells[:3], *cells[4:]] for cells in good_rows()]
    content = table(rows, "entity_id,period_start,sales,act_radio,ctrl_price,spend_tv,spend_radio")
    made = datasets.create_dataset(Desk(workspace, "ann"), content, "t.csv", settings=settings)
    raw = datasets.raw_table(Desk(workspace, "ann"), made.dataset_id)
    roles = datasets.load_dataset(Desk(workspace, "ann"), made.dataset_id).validated.roles
    shown = {row.column: row for row in guesses.role_table(raw, roles)}
    assert shown["spend_tv"][1:3] == ("spend of channel", "tv")


def test_robyn_s_raw_file_is_ready_after_the_guess_is_confirmed(shared_data, tmp_path):
    workspace = Workspace(tmp_path)
    path = shared_data / "raw_robyn_dt_simulated_weekly.csv"
    made = datasets.create_dataset(Desk(workspace, "ann"), path.read_bytes(), path.name)
    raw = datasets.raw_table(Desk(workspace, "ann"), made.dataset_id)
    roles = datasets.load_dataset(Desk(workspace, "ann"), made.dataset_id).validated.roles
    columns = guesses.mapping_of(guesses.role_table(raw, roles))
    changed = datasets.revise_dataset(
        Desk(workspace, "ann"), made.dataset_id, settings=DatasetSettings(columns=columns)
    )
    report = datasets.load_dataset(Desk(workspace, "ann"), made.dataset_id).report
    assert changed.settings.columns == columns
    assert report.ok, report.issues
    assert set(report.channels) == {"tv", "ooh", "print", "facebook", "search", "newsletter"}


def test_what_a_choice_amounts_to_is_told_before_it_is_used():
    rows = [
        ColumnRole("DATE", "period"),
        ColumnRole("revenue", "sales"),
        ColumnRole("tv_S", "spend of channel", "tv"),
        ColumnRole("tv_grp", "activity of channel", "tv"),
        ColumnRole("Price", "control"),
        ColumnRole("note", "leave out"),
    ]
    assert guesses.consequences(rows) == {
        "Period": "DATE",
        "Sales": "revenue",
        "Channels": "TV (activity and spend)",
        "Controls": "Price",
        "Left out": "note",
    }
    assert guesses.consequences([*rows, ColumnRole("day", "period")])["Period"] == "DATE and day"
    assert guesses.missing_in(rows) == ()
    assert guesses.missing_in(rows[1:2]) == ("period", "a channel")


def test_a_column_that_was_left_out_or_renamed_stays_so(tmp_path):
    workspace = Workspace(tmp_path)
    made = datasets.create_dataset(Desk(workspace, "ann"), table(good_rows()), "t.csv")
    raw = datasets.raw_table(Desk(workspace, "ann"), made.dataset_id)
    before = datasets.load_dataset(Desk(workspace, "ann"), made.dataset_id).validated.roles
    changes = {"ctrl_price": {"role": "leave out", "name": ""}, "act_tv": {"name": "television"}}
    changes["spend_tv"] = {"name": "television"}
    rows = [row._replace(**changes.get(row.column, {})) for row in guesses.role_table(raw, before)]
    left_out = guesses.left_out_of(rows)
    settings = DatasetSettings(columns=guesses.mapping_of(rows), left_out=left_out)
    datasets.revise_dataset(Desk(workspace, "ann"), made.dataset_id, settings=settings)
    after = datasets.load_dataset(Desk(workspace, "ann"), made.dataset_id)
    assert set(after.report.channels) == {"television", "radio"}
    assert after.report.controls == ()
    shown = guesses.role_table(raw, after.validated.roles, left_out)
    assert [row[:3] for row in shown] == [row[:3] for row in rows]
    assert {row.source for row in shown} == {"known"}


def guessed(header: str, values: str) -> dict[str, tuple[str, str]]:
    """Role and name that are guessed for each column of a small table, without those that are left out."""
    content = f"{header}\n{values}\n{values.replace('2023', '2024')}\n".encode()
    roles = tables.prepare(content, "t.csv").validated.roles
    rows = guesses.role_table(read_table(content, "t.csv"), roles)
    return {row.column: (row.role, row.name) for row in rows if row.role != "leave out"}


SPEND, ACTIVITY = ("spend of channel", "ads"), ("activity of channel", "ads")
EXPORTS = {
    "Campaign,Day,Currency code,Cost,Impr.,Clicks,Avg. cost,Conv. value": {
        "Day": ("period", ""), "Cost": SPEND, "Impr.": ACTIVITY,
    },
    "Campaign name,Reporting starts,Reporting ends,Amount spent (EUR),Impressions,Link clicks": {
        "Reporting starts": ("period", ""), "Amount spent (EUR)": SPEND, "Impressions": ACTIVITY,
    },
    "Date,Campaign Name,Impressions,Clicks,Cost Per Click (CPC),Spend,7 Day Total Sales": {
        "Date": ("period", ""), "Impressions": ACTIVITY, "Spend": SPEND,
    },
    "Day,Orders,Gross sales,Net sales,Shipping costs,Total sales": {"Day": ("period", ""), "Net sales": ("sales", "")},
    "Date,Sessions,Purchases,Total revenue": {"Date": ("period", ""), "Total revenue": ("sales", "")},
    "Week (Mon - Sun),Revenue,TV spend,Paid Search cost": {
        "Week (Mon - Sun)": ("period", ""), "Revenue": ("sales", ""), "TV spend": ("spend of channel", "TV"),
        "Paid Search cost": ("spend of channel", "Paid Search"),
    },
    "Week start,Sum of Revenue,Sum of TV spend,Campaign I": {
        "Week start": ("period", ""), "Sum of Revenue": ("sales", ""), "Sum of TV spend": ("spend of channel", "TV"),
    },
    "Woche,Umsatz,Kosten TV,TV-Impressionen,Versandkosten,Kosten pro Klick": {
        "Woche": ("period", ""), "Umsatz": ("sales", ""), "Kosten TV": ("spend of channel", "TV"),
        "TV-Impressionen": ("activity of channel", "TV"),
    },
    "Semaine du,CA HT,Dépenses Search,Clics": {
        "Semaine du": ("period", ""), "CA HT": ("sales", ""), "Dépenses Search": ("spend of channel", "Search"),
        "Clics": ACTIVITY,
    },
    "Datum,Omzet (EUR),TV-kosten,Ausgegebener Betrag (EUR)": {
        "Datum": ("period", ""), "Omzet (EUR)": ("sales", ""), "TV-kosten": ("spend of channel", "TV"),
        "Ausgegebener Betrag (EUR)": SPEND,
    },
    "segments.week,metrics.cost_micros,revenue_eur,meta_spend_usd,cost_of_goods": {
        "segments.week": ("period", ""), "metrics.cost_micros": SPEND, "revenue_eur": ("sales", ""),
        "meta_spend_usd": ("spend of channel", "meta"),
    },
    "Week,Sales,TV spend,Search spend,Total spend": {
        "Week": ("period", ""), "Sales": ("sales", ""), "TV spend": ("spend of channel", "TV"),
        "Search spend": ("spend of channel", "Search"),
    },
    "Week,Orders,TV spend": {
        "Week": ("period", ""), "Orders": ("sales", ""), "TV spend": ("spend of channel", "TV"),
    },
}  # fmt: skip
"""Headers of what people export, and what is proposed: what a platform credits to itself is nobody's sales."""


@pytest.mark.parametrize("header", EXPORTS)
def test_headers_of_exports_are_understood(header):
    values = ",".join(
        "2023-01-02" if name.startswith(("Day", "Dat", "Week", "Woche", "Semaine", "segments", "Reporting")) else "5"
        for name in header.split(",")
    )
    assert guessed(header, values) == EXPORTS[header]
