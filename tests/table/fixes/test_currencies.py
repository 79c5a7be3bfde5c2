"""Amounts in several currencies are not added up before a person has said what they are worth."""

from __future__ import annotations

import pandas as pd
import pytest

from mmm_core.errors import SpecError
from mmm_core.runs import tables
from mmm_core.spec import DatasetSettings, spec_from
from mmm_core.table.checks.issues import Issue
from mmm_core.table.fixes.currencies import code_of, units_named
from mmm_core.table.reading.reading import read_table
from mmm_core.table.validation import ValidationReport
from tests.malformed import good_rows
from tests.table.cases.written import text

HEADER = "entity_id,period_start,sales,act_tv,act_radio,ctrl_price,spend_tv,spend_radio"
ROWS = good_rows()
SALES, TV, RADIO = 2, 6, 7


def table(column: str, values: dict[str, str], *, header: str = HEADER, first: bool = False) -> bytes:
    """The good rows once for each entity, with what a column says of its currency, before or after the others."""
    names = [column, header] if first else [header, column]
    rows = []
    for place, (entity, value) in enumerate(values.items()):
        for row in ROWS:
            sales = f"{float(row[SALES]) * (1 + 0.1 * place) + int(row[1][-2:]) * (place + 1):.2f}"
            cells = [entity, row[1], sales, *row[3:]]
            rows.append(",".join([value, *cells] if first else [*cells, value]))
    return text(",".join(names), *rows)


def report_of(content: bytes, **settings: object) -> ValidationReport:
    return tables.prepare(content, "t.csv", DatasetSettings.model_validate(settings)).report


def asked(content: bytes, **settings: object) -> list[Issue]:
    wanted = ("currencies_by_row", "mixed_currencies", "currencies_by_column")
    return [issue for issue in report_of(content, **settings).issues if issue.code in wanted]


def total(content: bytes, column: str = "sales", **settings: object) -> float:
    return float(sums(content, **settings)[column])


def sums(content: bytes, **settings: object) -> pd.Series:
    prepared = tables.prepare(content, "t.csv", DatasetSettings.model_validate(settings))
    return prepared.canonical().frame.sum(numeric_only=True)


TABLES = {
    "codes": table("currency", {"UK": "GBP", "DE": "EUR", "US": "USD"}),
    "names": table("Währung", {"Zürich": "Schweizer Franken", "Wien": "Euro"}, first=True),
    "signs": table("moneda", {"MX": "MX$", "ES": "€"}),
    "by values alone": table("mkt", {"a": "SEK", "b": "NOK", "c": "DKK"}),
    "among words": table("Geschäft", {"a": "Shop DE (EUR)", "b": "Shop PL (PLN)"}),
    "words of our own": table("devise", {"a": "local", "b": "groupe"}),
    "units": table("Einheit", {"a": "Tsd. €", "b": "€"}),
    "figures": table("unit", {"a": "000", "b": "1"}),
    "scale": table("Multiplier", {"a": "1000", "b": "1"}, first=True),
}


@pytest.mark.parametrize("name", TABLES)
def test_rows_in_several_currencies_are_asked_about_before_anything_is_summed(name):
    (issue,) = asked(TABLES[name])
    assert (issue.severity, issue.code) == ("error", "currencies_by_row")
    assert all(f"{code} in 80 rows" in issue.message for code in issue.rates_for)
    assert len(issue.rates_for) >= 2
    assert issue.fixes == ("amounts_are_in_one_currency",)


@pytest.mark.parametrize("name", TABLES)
def test_rates_for_all_but_one_are_enough(name):
    content = TABLES[name]
    own, *others = asked(content)[0].rates_for
    assert asked(content, rates=dict.fromkeys(others, 2.5)) == []
    if len(others) > 1:
        assert asked(content, rates={others[0]: 2.5})[0].rates_for == (own, others[1])
    plain = {"fixes": ["amounts_are_in_one_currency"]}
    mine, every, found = (
        sums(content, **chosen) for chosen in ({"keep_currency": own}, plain, {"rates": dict.fromkeys(others, 2.5)})
    )
    for column in ("sales", "spend_tv", "spend_radio"):
        assert found[column] == pytest.approx(mine[column] + 2.5 * (every[column] - mine[column]))
    for column in ("ctrl_price", "act_tv"):
        assert found[column] == pytest.approx(every[column])


def test_spend_that_stands_for_activity_is_converted_with_it():
    header = "entity_id,period_start,sales,x,y,ctrl_price,spend_tv,z"
    content = table("ccy", {"a": "USD", "b": "CAD"}, header=header)
    assert total(content, "act_tv", rates={"CAD": 3}) == pytest.approx(total(content, "spend_tv", rates={"CAD": 3}))


def test_sales_that_are_counted_are_not_converted():
    content = table("currency", {"a": "USD", "b": "CAD"}, header=HEADER.replace("sales", "orders"))
    columns = {"sales": "orders"}
    everything = total(content, columns=columns, fixes=["amounts_are_in_one_currency"])
    assert total(content, columns=columns, rates={"CAD": 3}) == pytest.approx(everything)


def test_each_answer_leaves_a_record():
    content = TABLES["codes"]
    (converted,) = report_of(content, rates={"gbp": 1.17, "$": 0.92}).applied_fixes
    assert (converted.fix, converted.rows) == ("convert_currencies", 160)
    assert "GBP by 1.17" in converted.sentence
    assert "USD by 0.92" in converted.sentence
    (kept,) = report_of(content, keep_currency="euro").applied_fixes
    assert (kept.fix, kept.rows, kept.sentence) == (
        "keep_one_currency", 160, "Rows in GBP, USD were left out; those in EUR were kept.")  # fmt: skip
    assert report_of(content, keep_currency="EUR").n_entities == 1


def test_answers_without_a_question_change_nothing():
    content = table("note", {"a": "x", "b": "y"})
    chosen = {"rates": {"USD": 2}, "keep_currency": "USD", "fixes": ["amounts_are_in_one_currency"]}
    report = report_of(content, **chosen)
    assert [record.rows for record in report.applied_fixes] == [0, 0, 0]
    assert total(content, **chosen) == total(content)


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("currency", {"a": "EUR", "b": "Euro"}),
        ("currency", {"a": "usd", "b": "US$"}),
        ("campaign", {"a": "all", "b": "top"}),
        ("region", {"a": "North", "b": "South"}),
        ("units", {"a": "120", "b": "77"}),
        ("trial", {"a": "x", "b": "usd"}),
    ],
)
def test_one_currency_or_none_is_not_asked_about(column, values):
    assert asked(table(column, values)) == []


def test_a_currency_that_tells_entities_apart_is_asked_about_too():
    content = table("x", {"EUR": "1", "USD": "2"})
    assert [issue.code for issue in asked(content)] == ["currencies_by_row"]


@pytest.mark.parametrize(("one", "other"), [("€ {}", "${}"), ("{} EUR", "{} CHF"), ("£{}", "{} kr")])
@pytest.mark.parametrize("place", [SALES, TV])
def test_marks_of_several_currencies_in_one_column(one, other, place):
    rows = [
        ",".join([*row[:place], (one if number < 50 else other).format(row[place]), *row[place + 1 :]])
        for number, row in enumerate(ROWS)
    ]
    content = text(HEADER, *rows)
    (issue,) = asked(content)
    assert (issue.code, issue.severity) == ("mixed_currencies", "error")
    column = HEADER.split(",")[place]
    kept, changed = issue.rates_for
    assert asked(content, rates={changed: 2}) == []
    values = [float(row[place]) for row in ROWS]
    assert total(content, column, rates={changed: 2}) == pytest.approx(sum(values[:50]) + 2 * sum(values[50:]))
    assert kept != changed


@pytest.mark.parametrize(
    "header",
    [
        "entity_id,period_start,sales_eur,act_tv,act_radio,ctrl_price,spend_tv_usd,spend_radio",
        "entity_id,period_start,Umsatz (€),act_tv,act_radio,ctrl_price,spend_tv [USD],spend_radio",
        "entity_id,period_start,Revenue GBP,act_tv,act_radio,ctrl_price,spend_tv £,spend_radio in CAD",
    ],
)
def test_columns_in_different_currencies_are_a_warning_that_rates_settle(header):
    names = header.split(",")
    columns = {"sales": names[SALES], "spend_tv": names[TV], "spend_radio": names[RADIO]}
    content = text(header, *(",".join(row) for row in ROWS))
    (issue,) = asked(content, columns=columns)
    assert (issue.severity, issue.code, len(issue.rates_for)) == ("warning", "currencies_by_column", 2)
    assert issue.meaning.startswith("A return is sales over spend: it would be in one currency for each of another")
    other = issue.rates_for[1]
    assert asked(content, columns=columns, rates={other: 1.1}) == []


def test_a_header_goes_before_the_currency_of_the_row():
    """What is converted already says so in its header."""
    header = HEADER.replace("spend_tv", "spend_tv_eur").replace("spend_radio", "spend_radio_eur")
    content = table("currency", {"UK": "GBP", "DE": "EUR"}, header=header)
    once = total(content, "spend_tv_eur", fixes=["amounts_are_in_one_currency"])
    assert total(content, "spend_tv_eur", rates={"GBP": 1.17}) == pytest.approx(once)


@pytest.mark.parametrize("rate", [0, -1, 1e10, "1", True])
def test_a_rate_is_a_number_above_zero(rate):
    spec = {"dataset_id": "sample_001", "drivers": ["act_tv"], "controls": [], "dataset": {"rates": {"USD": rate}}}
    with pytest.raises(SpecError, match=r"dataset\.rates\.USD"):
        spec_from(spec)


@pytest.mark.parametrize(
    ("written", "code"), [("euro", "EUR"), (" € ", "EUR"), ("k€", "k€"), ("000", "000"), ("groupe A", "groupe A")]
)
def test_a_currency_is_known_by_its_code_and_a_unit_as_it_is_written(written, code):
    assert code_of(written) == code


def named(content: bytes, **settings: object) -> tuple[str | None, str | None]:
    """What a table says that its sales and its spend are counted in."""
    chosen = DatasetSettings.model_validate(settings)
    file = tables.prepare(content, "t.csv", chosen).validated.file
    return tuple(units_named(read_table(content, "t.csv", chosen.reading), file.roles_in_file, chosen))


def written(sales: str = "{}", tv: str = "{}", radio: str = "{}", header: str = HEADER) -> bytes:
    """The good rows as another export writes their money: in semicolons, so that any mark may be in a cell."""
    marks = {SALES: sales, TV: tv, RADIO: radio}
    rows = [";".join(marks.get(place, "{}").format(cell) for place, cell in enumerate(row)) for row in ROWS]
    return text(header.replace(",", ";"), *rows)


RENAMED = {
    "columns": {
        "sales": "Umsatz in €", "spend_tv": "$ tv", "spend_radio": "radio (USD)", "act_tv": "act_tv",
        "act_radio": "act_radio", "ctrl_price": "ctrl_price", "entity_id": "entity_id", "period_start": "period_start",
    }
}  # fmt: skip


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (written(), (None, None)),
        (written(sales="€{}"), ("EUR", None)),
        (written(sales="{} €", tv="{} €", radio="{} €"), ("EUR", "EUR")),
        (written(sales="GBP {}", tv="${}"), ("GBP", "USD")),
        (written(tv="${}", radio="€{}"), (None, None)),
        (table("Currency", {"a": "EUR"}), ("EUR", "EUR")),
        (table("currency", {"a": "EUR", "b": "USD"}), (None, None)),
    ],
    ids=["nothing", "before", "behind", "a code and a sign", "two in spend", "one for all rows", "two for rows"],
)
def test_units_are_those_that_cells_or_a_column_name_and_never_one_of_two(content, said):
    assert named(content) == said


def test_units_are_those_that_headers_name():
    header = HEADER.replace("sales", "Umsatz in €").replace("spend_tv", "$ tv").replace("spend_radio", "radio (USD)")
    assert named(written(header=header), **RENAMED) == ("EUR", "USD")


def test_a_header_in_thousands_names_a_currency_once_its_numbers_are_in_full_units():
    content = written(header=HEADER.replace("sales", "Umsatz TEUR"))
    columns = {
        "columns": RENAMED["columns"] | {"sales": "Umsatz TEUR", "spend_tv": "spend_tv", "spend_radio": "spend_radio"}
    }
    assert named(content, **columns)[0] is None
    assert named(content, **columns, fixes=["headers_say_thousands"])[0] == "EUR"
    assert named(content, **columns, fixes=["numbers_are_in_full"])[0] == "EUR"


def test_thousands_of_dollars_fill_the_unit_once_they_are_multiplied():
    header = HEADER.replace("sales", "Revenue (k$)").replace("spend_tv", "TV (k$)").replace("spend_radio", "Radio k$")
    columns = {
        "columns": RENAMED["columns"] | {"sales": "Revenue (k$)", "spend_tv": "TV (k$)", "spend_radio": "Radio k$"}
    }
    assert named(written(header=header), **columns, fixes=["headers_say_thousands"]) == ("USD", "USD")


def test_units_follow_what_a_person_said_of_currencies():
    two = table("currency", {"a": "EUR", "b": "USD"})
    assert named(two, rates={"USD": 0.9}, fixes=["convert_currencies"]) == ("EUR", "EUR")
    assert named(two, keep_currency="USD", fixes=["keep_one_currency"]) == ("USD", "USD")
