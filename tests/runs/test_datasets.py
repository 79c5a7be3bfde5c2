import pytest

from mmm_core.errors import DataError, SpecError, StorageError
from mmm_core.runs import datasets
from mmm_core.spec import DatasetSettings
from mmm_core.workspace.desk import Desk
from mmm_core.workspace.storage import Workspace, read_parquet
from tests.malformed import good_rows, table, with_cell


@pytest.fixture
def workspace(tmp_path) -> Workspace:
    return Workspace(tmp_path)


def test_a_file_becomes_a_dataset_under_an_id_of_ours(workspace):
    made = datasets.create_dataset(Desk(workspace, "ann"), table(good_rows()), "../../etc/Sales 2023.csv")
    assert made.label == "Sales 2023.csv"
    folder = workspace.dataset_dir(made.dataset_id)
    assert sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()) == [
        "canonical_data.parquet", "dataset.json", "raw/table.csv", "typed_table.parquet", "validation_summary.json",
    ]  # fmt: skip
    assert len(read_parquet(folder / "canonical_data.parquet")) == 80
    assert datasets.get_dataset(Desk(workspace, "ann"), made.dataset_id) == made
    again = datasets.load_dataset(Desk(workspace, "ann"), made.dataset_id)
    assert again.content_hash == made.content_hash
    assert again.report.ok


def test_a_table_with_errors_is_kept_with_its_report(workspace):
    made = datasets.create_dataset(Desk(workspace, "ann"), with_cell(5, "act_tv", "x"), "t.csv")
    folder = workspace.dataset_dir(made.dataset_id)
    assert (folder / "validation_summary.json").is_file()
    assert not (folder / "canonical_data.parquet").exists()


def test_what_is_no_table_leaves_nothing(workspace):
    with pytest.raises(DataError, match="PDF"):
        datasets.create_dataset(Desk(workspace, "ann"), b"%PDF-1.4", "t.csv")
    assert workspace.ids("datasets") == []


def test_settings_stay_with_the_dataset(workspace):
    settings = DatasetSettings(fixes=("blank_activity_is_zero",))
    made = datasets.create_dataset(Desk(workspace, "ann"), with_cell(5, "act_tv", ""), "t.csv", settings=settings)
    loaded = datasets.load_dataset(Desk(workspace, "ann"), made.dataset_id)
    assert loaded.report.ok
    assert loaded.report.applied_fixes[0].rows == 1


def test_owners_do_not_see_each_others_data(workspace):
    made = datasets.create_dataset(Desk(workspace, "ann"), table(good_rows()), "t.csv")
    assert made in datasets.list_datasets(Desk(workspace, "ann"))
    assert [each.dataset_id for each in datasets.list_datasets(Desk(workspace, "bob"))] == ["sample_001", "demo"]
    with pytest.raises(StorageError, match="There is no dataset"):
        datasets.load_dataset(Desk(workspace, "bob"), made.dataset_id)


def test_the_shipped_tables_are_in_every_workspace(workspace):
    for dataset_id, weeks in (("sample_001", 52), ("demo", 156)):
        assert datasets.get_dataset(Desk(workspace, "ann"), dataset_id).read_only
        assert len(datasets.load_dataset(Desk(workspace, "ann"), dataset_id).canonical().frame) == weeks


def test_a_table_kept_unchecked_is_checked_when_somebody_asks(workspace):
    kept = datasets.create_dataset(Desk(workspace, "local"), with_cell(5, "act_tv", "x"), "t.csv", check=False)
    assert not datasets.is_checked(Desk(workspace, "local"), kept.dataset_id)
    assert not datasets.validate_dataset(Desk(workspace, "local"), kept.dataset_id).ok
    assert datasets.is_checked(Desk(workspace, "local"), kept.dataset_id)
    with pytest.raises(DataError, match="empty"):
        datasets.create_dataset(Desk(workspace, "local"), b"", "t.csv", check=False)
    assert len(datasets.list_datasets(Desk(workspace, "local"))) == 3


def test_the_shipped_tables_are_checked_and_stay_as_they_are(workspace):
    assert datasets.is_checked(Desk(workspace, "local"), "demo")
    assert datasets.validate_dataset(Desk(workspace, "local"), "demo").ok
    with pytest.raises(StorageError, match="shipped"):
        datasets.validate_dataset(Desk(workspace, "local"), "demo", label="mine")


def test_a_damaged_dataset_keeps_no_other_from_being_listed(workspace):
    good, bad = (datasets.create_dataset(Desk(workspace, "ann"), table(good_rows()), "t.csv") for _ in range(2))
    (workspace.dataset_dir(bad.dataset_id) / "dataset.json").write_text("{")
    listed = [each.dataset_id for each in datasets.list_datasets(Desk(workspace, "ann")) if not each.read_only]
    assert listed == [good.dataset_id]


def test_what_a_repair_would_change_is_what_it_changes_and_looking_changes_nothing(workspace):
    desk = Desk(workspace, "ann")
    made = datasets.create_dataset(desk, with_cell(5, "act_tv", ""), "t.csv")
    before = datasets.load_dataset(desk, made.dataset_id).report
    found = datasets.preview_fix(desk, made.dataset_id, "blank_activity_is_zero")
    assert [(row.row, row.before[1], row.after[1]) for row in found.rows] == [(5, None, 0.0)]
    assert datasets.get_dataset(desk, made.dataset_id) == made
    assert datasets.load_dataset(desk, made.dataset_id).report == before
    settings = DatasetSettings(fixes=("blank_activity_is_zero",))
    datasets.revise_dataset(desk, made.dataset_id, settings=settings)
    report = datasets.load_dataset(desk, made.dataset_id).report
    assert (report.applied_fixes[0].rows, report.applied_fixes[0].sentence) == (found.n_rows, found.sentence)
    assert datasets.preview_fix(desk, made.dataset_id, "blank_activity_is_zero").n_rows == 0
    with pytest.raises(StorageError, match="There is no dataset"):
        datasets.preview_fix(Desk(workspace, "bob"), made.dataset_id, "blank_activity_is_zero")


ROLES = DatasetSettings(columns={"period_start": "Woche", "sales": "Umsatz", "spend_tv": "TV"})
GERMAN = b"Woche,Umsatz,TV\n" + b"".join(b"2024-%02d-01,%d,%d\n" % (m, 100 + 7 * m, 5 * m % 11) for m in range(1, 13))


def test_a_longer_table_of_the_same_columns_takes_over_what_was_said_of_the_one_before(workspace):
    ann = Desk(workspace, "ann")
    first = datasets.create_dataset(ann, GERMAN, "2024.csv")
    datasets.revise_dataset(ann, first.dataset_id, settings=ROLES, units=datasets.Units(target="€", spend="€"))
    longer = datasets.create_dataset(ann, GERMAN + b"2025-01-01,120,4\n", "2025.csv")
    assert datasets.take_over(ann, longer.dataset_id).dataset_id == first.dataset_id
    found = datasets.get_dataset(ann, longer.dataset_id)
    assert (found.settings, found.units.target, found.follows) == (ROLES, "€", first.dataset_id)
    assert datasets.load_dataset(ann, longer.dataset_id).report.channels == ("tv",)
    alone = datasets.stand_alone(ann, longer.dataset_id)
    assert (alone.settings, alone.units, alone.follows) == (DatasetSettings(), datasets.Units(), None)
    assert datasets.get_dataset(ann, longer.dataset_id) == alone


def test_how_a_file_is_read_is_its_own(workspace):
    ann = Desk(workspace, "ann")
    first = datasets.create_dataset(ann, GERMAN, "2024.csv")
    read = ROLES.model_copy(update={"reading": ROLES.reading.model_copy(update={"decimal": ","})})
    datasets.revise_dataset(ann, first.dataset_id, settings=read)
    mine = datasets.create_dataset(ann, GERMAN.replace(b",107,", b",107.50,"), "2025.csv")
    datasets.take_over(ann, mine.dataset_id)
    assert datasets.get_dataset(ann, mine.dataset_id).settings == ROLES
    assert datasets.load_dataset(ann, mine.dataset_id).report.ok


def test_nothing_is_taken_over_from_other_columns_or_another_owner(workspace):
    ann, bob = Desk(workspace, "ann"), Desk(workspace, "bob")
    made = datasets.create_dataset(bob, GERMAN, "t.csv")
    datasets.revise_dataset(bob, made.dataset_id, settings=ROLES)
    datasets.create_dataset(ann, GERMAN.replace(b"TV", b"Radio", 1), "radio.csv")
    mine = datasets.create_dataset(ann, GERMAN, "t.csv")
    assert datasets.take_over(ann, mine.dataset_id) is None
    assert datasets.get_dataset(ann, mine.dataset_id) == mine


def test_a_table_can_be_seen_under_other_settings_and_stays_as_it_is(workspace):
    desk = Desk(workspace, "ann")
    made = datasets.create_dataset(desk, GERMAN, "t.csv")
    folder = workspace.dataset_dir(made.dataset_id)
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    on_trial = datasets.load_as(desk, made.dataset_id, ROLES)
    assert on_trial.report.channels == ("tv",)
    assert on_trial.validated.file.first_rows.cells[0] == ("2024-01-01", 107.0, 5.0)
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
    assert datasets.load_dataset(desk, made.dataset_id).report.channels == ()
    with pytest.raises(SpecError, match="no column 'Radio'"):
        datasets.load_as(desk, made.dataset_id, DatasetSettings(columns={"sales": "Radio"}))


def test_settings_that_do_not_fit_the_new_table_leave_it_as_it_came(workspace):
    ann = Desk(workspace, "ann")
    first = datasets.create_dataset(ann, GERMAN, "2024.csv")
    datasets.revise_dataset(ann, first.dataset_id, settings=ROLES)
    path = workspace.dataset_dir(first.dataset_id) / "dataset.json"
    path.write_text(path.read_text().replace('"Umsatz"', '"Erlös"', 1))  # a role of a column that there is not
    mine = datasets.create_dataset(ann, GERMAN + b"2025-01-01,120,4\n", "2025.csv")
    assert datasets.take_over(ann, mine.dataset_id) is None
    assert datasets.get_dataset(ann, mine.dataset_id) == mine


def test_units_that_a_table_names_fill_those_that_nobody_said(workspace):
    rows = [[*row[:2], f"€{row[2]}", *row[3:]] for row in good_rows()]
    made = datasets.create_dataset(Desk(workspace, "ann"), table(rows), "t.csv")
    assert datasets.units_named(Desk(workspace, "ann"), made.dataset_id) == datasets.Units(target="€")
    datasets.revise_dataset(Desk(workspace, "ann"), made.dataset_id, units=datasets.Units(spend="CHF"))
    assert datasets.units_named(Desk(workspace, "ann"), made.dataset_id) == datasets.Units(target="€", spend="CHF")


def test_tables_are_found_by_every_word_of_their_name(workspace):
    every = [
        datasets.create_dataset(Desk(workspace, "ann"), table(good_rows(80 + n)), name)
        for n, name in enumerate(("Media Report.csv", "sales.csv"))
    ]
    assert datasets.named(every, "report MEDIA") == every[:1]
    assert datasets.named(every, "") == every
    assert datasets.named(every, "report sales") == []


def test_a_channel_keeps_its_colour_when_it_is_renamed_and_when_others_come_and_go(workspace):
    ann = Desk(workspace, "ann")
    made = datasets.create_dataset(ann, table(good_rows()), "t.csv").dataset_id
    assert datasets.colours(ann, made) == {"tv": 0, "radio": 1}
    without = DatasetSettings(left_out=("act_tv", "spend_tv"))
    datasets.revise_dataset(ann, made, settings=without)
    assert datasets.colours(ann, made) == {"radio": 1}
    renamed = {"act_wireless": "act_radio", "spend_wireless": "spend_radio"}
    datasets.revise_dataset(ann, made, settings=without.model_copy(update={"columns": renamed}))
    assert datasets.colours(ann, made) == {"wireless": 1}
    datasets.revise_dataset(ann, made, settings=DatasetSettings(columns=renamed | {"act_price": "ctrl_price"}))
    assert datasets.colours(ann, made) == {"tv": 0, "wireless": 1, "price": 2}


def test_a_table_that_takes_roles_over_takes_the_colours_with_them(workspace):
    ann = Desk(workspace, "ann")
    before = datasets.create_dataset(ann, table(good_rows()), "t.csv").dataset_id
    datasets.revise_dataset(ann, before, settings=DatasetSettings(left_out=("act_tv", "spend_tv")))
    longer = datasets.create_dataset(ann, table(good_rows(90)), "longer.csv").dataset_id
    datasets.take_over(ann, longer)
    assert datasets.colours(ann, longer) == {"radio": 1}
