"""Header rows of public exports, judged column by column."""

import datetime as dt

import numpy as np
import pytest

from mmm_core.runs import datasets, tables
from mmm_core.spec import DatasetSettings
from mmm_core.table import guesses
from mmm_core.table.guesses import ColumnRole
from mmm_core.table.reading.reading import read_table
from mmm_core.table.validation import ValidationReport
from mmm_core.workspace import storage
from mmm_core.workspace.desk import Desk
from mmm_core.workspace.storage import Workspace
from tests.conftest import PROJECT
from tests.table.guessing.headers import HEADERS, OTHERS, WALKED

PERIODS = 230
MONDAY = dt.date(2019, 1, 7)
ALL = HEADERS | WALKED | OTHERS
WORDS = {
    "period": "P", "sales": "S", "entity": "E", "spend of channel": "$", "activity of channel": "#", "control": "C",
    "leave out": "-",
}  # fmt: skip


def columns_of(header: str) -> list[tuple[str, str, str]]:
    """Name, kind of values and role of each column."""
    cells = [[part.strip() for part in column.rsplit("|", 2)] for column in header.replace("\n", " ").split(";")]
    return [(name, values, role) for name, values, role in cells]


def cell(values: str, period: int, market: int, number: int) -> str:
    """One cell of a column."""
    week = MONDAY + dt.timedelta(weeks=period)
    written = {
        "d": str(MONDAY + dt.timedelta(days=period)),
        "w": str(week),
        "k": f"{week.isocalendar().year}-W{week.isocalendar().week:02}",
        "m": f"{2002 + period // 12}-{period % 12 + 1:02}-01",
        "f": str(int(period % 7 == 3)),
        "p": ("Nord", "Süd")[market],
        "v": "Messe" if period == 4 else "",
        "t": "One",
    }
    return written.get(values, str(number))


def file_of(header: str) -> bytes:
    """A table with such a header: a row for each period, and market where there is one."""
    columns = columns_of(header)
    markets = range(2) if any(values == "p" for _, values, _ in columns) else range(1)
    numbers = np.random.default_rng(4).integers(200, 900, (PERIODS, 2, len(columns)))
    rows = [
        [
            cell(values, period, market, int(numbers[period, market, place]))
            for place, (_, values, _) in enumerate(columns)
        ]
        for period in range(PERIODS)
        for market in markets
    ]
    lines = [[name for name, _, _ in columns], *rows]
    return "\n".join(";".join(f'"{text}"' for text in line) for line in lines).encode()


def guessed(header: str) -> tuple[ColumnRole, ...]:
    content = file_of(header)
    file = tables.prepare(content, "t.csv").validated.file
    return guesses.role_table(read_table(content, "t.csv"), file.roles_in_file)


def written(row: ColumnRole) -> str:
    """A row's role as header rows have it."""
    return f"{WORDS[row.role]}{row.name if row.role.endswith('channel') else ''}{'?' if row.question else ''}"


@pytest.mark.parametrize("source", ALL)
def test_each_column_of_a_header_row_is_told(source: str):
    assert {row.column: written(row) for row in guessed(ALL[source])} == {
        name: role for name, _, role in columns_of(ALL[source])
    }


@pytest.mark.parametrize("source", WALKED)
def test_a_walked_table_is_ready_once_the_guess_is_used(source: str, tmp_path):
    desk = Desk(Workspace(tmp_path), "ann")
    made = datasets.create_dataset(desk, file_of(WALKED[source]), "t.csv")
    rows = guessed(WALKED[source])
    settings = DatasetSettings(columns=guesses.mapping_of(rows), left_out=guesses.left_out_of(rows))
    datasets.revise_dataset(desk, made.dataset_id, settings=settings)
    report = datasets.load_dataset(desk, made.dataset_id).report
    # Days instead of weeks and a unit in a header are asked about, with a button each.
    errors = {issue.code: issue.fixes for issue in report.issues if issue.severity == "error"}
    assert set(errors) <= {"daily", "unit_in_header"}
    if errors:
        fixes = tuple(fixes[0] for fixes in errors.values())
        settings = settings.model_copy(update={"fixes": fixes})
        datasets.revise_dataset(desk, made.dataset_id, settings=settings)
        report = datasets.load_dataset(desk, made.dataset_id).report
    assert report.ok, report.issues


RAW = ("raw_pymc_mmm_example.csv", "raw_robyn_dt_simulated_weekly.csv", "ugly_meridian_national_media.xlsx")


@pytest.mark.parametrize("name", RAW)
def test_tables_of_other_tools_are_ready_once_the_guess_is_used(name: str, shared_data):
    content = (shared_data / name).read_bytes()
    roles = tables.prepare(content, name).validated.file.roles_in_file
    rows = guesses.role_table(read_table(content, name), roles)
    settings = DatasetSettings(columns=guesses.mapping_of(rows), left_out=guesses.left_out_of(rows))
    assert tables.prepare(content, name, settings).report.ok


def test_every_number_that_plays_no_role_is_asked_about_or_told_by_its_name():
    rows = guessed("Date | d | P; Sales | n | S; TV | n | $; Widgets | n | -; Year | n | -; CTR | n | -")
    assert {row.column: bool(row.question) for row in rows if row.role == "leave out"} == {
        "Widgets": True, "Year": False, "CTR": False,
    }  # fmt: skip


def test_a_column_of_dates_is_the_period_whatever_else_bears_such_a_name():
    rows = {row.column: row for row in guessed("Month | n | -; Day of data | n | -; Week | d | P; Sales | n | S")}
    assert [name for name, row in rows.items() if row.role == "period"] == ["Week"]


def test_a_text_that_tells_rows_of_a_period_apart_is_the_entity_and_asked_about():
    rows = {row.column: row for row in guessed("Verbund X | p | E; Date | w | P; Sales | n | S; TV spend | n | $")}
    assert (rows["Verbund X"].role, bool(rows["Verbund X"].question)) == ("entity", True)


def test_a_text_that_is_the_same_in_all_rows_is_no_entity():
    rows = {row.column: row for row in guessed("Country | t | -; Date | w | P; Sales | n | S; TV spend | n | $")}
    assert rows["Country"].role == "leave out"


def test_negative_numbers_under_a_channel_s_name_are_no_spend():
    content = "Date;Sales;TV;Radio\n" + "\n".join(f"2023-01-{day:02};5;{day - 9};{day}" for day in range(1, 29))
    file = tables.prepare(content.encode(), "t.csv").validated.file
    rows = {row.column: row for row in guesses.role_table(read_table(content.encode(), "t.csv"), file.roles_in_file)}
    assert (rows["TV"].role, rows["Radio"].role) == ("leave out", "spend of channel")


@pytest.mark.parametrize(
    ("clicks", "spend"), [("tv clicks", "TV spend"), ("Meta clicks", "Meta Ads Cost"), ("clicks_tv", "TV")]
)
def test_spend_and_activity_of_one_channel_have_one_name(clicks: str, spend: str):
    rows = guessed(f"Date | w | P; Sales | n | S; {clicks} | n | #; {spend} | n | $")
    channels = {row.role: row.name for row in rows if row.name}
    assert len(channels) == 2
    assert len(set(channels.values())) == 1


def test_money_of_which_nothing_is_known_is_spend_beside_other_spend_and_asked_about():
    head = "Semaine | w | P; Chiffre d'affaires | n | S; TV (€) | n | $; Affichage gare (€) | n | $; Visites | n | -"
    rows = {row.column: row for row in guessed(head)}
    assert (rows["Affichage gare (€)"].role, rows["Affichage gare (€)"].name) == ("spend of channel", "Affichage gare")
    assert "Its name says money" in rows["Affichage gare (€)"].question
    assert rows["Visites"].role == "leave out"
    alone = {row.column: row for row in guessed("Semaine | w | P; Ventes | n | S; Loyer (€) | n | -")}
    assert alone["Loyer (€)"].role == "leave out"  # no other column is spend


def test_money_goes_before_what_is_counted():
    rows = {row.column: row for row in guessed("Date | w | P; Orders | n | -; Revenue | n | S; TV spend | n | $")}
    assert (rows["Revenue"].role, rows["Orders"].role) == ("sales", "leave out")
    rows = {row.column: row for row in guessed("Date | w | P; Sessions | n | -; Orders | n | S; TV spend | n | $")}
    assert (rows["Orders"].role, bool(rows["Orders"].question)) == ("sales", True)


def test_the_page_of_header_rows_has_every_row():
    page = (PROJECT / "docs" / "roles-by-header.md").read_text()
    rows = {line.split(" | ")[0].removeprefix("| ") for line in page.splitlines() if line.startswith("| ")}
    assert set(HEADERS) <= rows
    assert f"all of {sum(len(columns_of(header)) for header in HEADERS.values())} columns" in page


@pytest.mark.parametrize("name", ALL)
def test_the_report_asks_what_the_page_asks_in_the_same_words_until_it_is_answered(name, tmp_path):
    ann = Desk(Workspace(tmp_path), "ann")
    made = datasets.create_dataset(ann, file_of(ALL[name]), "t.csv")

    def asked_on_the_page(left_out: tuple[str, ...] = ()) -> list[tuple[str, str]]:
        raw, file = datasets.columns_table(ann, made.dataset_id), datasets.load_dataset(ann, made.dataset_id)
        rows = guesses.role_table(raw, file.validated.file.roles_in_file, left_out)
        return [(row.column, row.question) for row in guesses.asked_about(rows)]

    report = datasets.load_dataset(ann, made.dataset_id).report
    assert [(each.column, each.question) for each in report.questions] == asked_on_the_page()
    roles = {each.column: each for each in report.questions}
    wanted = {column for column, _, role in columns_of(ALL[name]) if role.endswith("?")}
    assert set(roles) == wanted
    for column, _, role in columns_of(ALL[name]):
        if column in roles:
            assert next(mark for words, mark in WORDS.items() if roles[column].role.startswith(words)) == role[0]
            assert (roles[column].name is None) == (role[0] == "-")
    kept = storage.read_json(tmp_path / "datasets" / made.dataset_id / "validation_summary.json", ValidationReport)
    assert kept.questions == report.questions
    answered = {each.name: each.column for each in report.questions if each.name}
    left_out = tuple(each.column for each in report.questions if not each.name)
    settings = DatasetSettings(columns=answered, left_out=left_out)
    datasets.revise_dataset(ann, made.dataset_id, settings=settings)
    after = datasets.load_dataset(ann, made.dataset_id)
    assert not {each.column for each in after.report.questions} & {*answered.values(), *left_out}
