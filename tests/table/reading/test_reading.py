import datetime as dt
import io
import zipfile

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmm_core.errors import DataError
from mmm_core.spec import ReadingOptions
from mmm_core.table.reading.cells import detect_decimal, parse_dates, parse_numbers
from mmm_core.table.reading.reading import read_table
from tests.malformed import workbook


def text(*lines: str) -> bytes:
    return ("\n".join(lines) + "\n").encode()


def numbers(cells: list[str | None], decimal: str = ".") -> list[float]:
    return parse_numbers(pd.Series(cells, dtype="str"), decimal).values.tolist()


def dates(cells: list[str], order: str | None = None) -> list[str]:
    return np.datetime_as_string(parse_dates(pd.Series(cells, dtype="str"), order).values, "D").tolist()


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_separators_are_found(separator):
    found = read_table(text(separator.join("abc"), separator.join("123"), separator.join("456")), "t.csv")
    assert found.detected.separator == separator
    assert found.cells.shape == (2, 3)


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [("utf-8", b""), ("utf-8", b"\xef\xbb\xbf"), ("utf-16-le", b"\xff\xfe"), ("utf-16-be", b"\xfe\xff"),
     ("utf-16-le", b""), ("utf-16-be", b""), ("latin-1", b"")],
)  # fmt: skip
def test_encodings_are_found(encoding, mark):
    content = mark + "Straße,Größe,sales\nÄ,1,2\nÖ,3,4\n".encode(encoding)
    found = read_table(content, "t.csv")
    assert list(found.cells.columns) == ["Straße", "Größe", "sales"]
    assert found.cells["Straße"].tolist() == ["Ä", "Ö"]


def test_quoted_headers_and_cells_may_hold_separators_and_line_breaks():
    content = text('"sales, net","note"', '1,"a', 'b"', '2,"c ""d"""')
    found = read_table(content, "t.csv")
    assert list(found.cells.columns) == ["sales, net", "note"]
    assert found.cells["note"].tolist() == ["a\nb", 'c "d"']
    assert found.row_numbers.tolist() == [2, 3]


@pytest.mark.parametrize("start", [0, 1])
def test_an_unnamed_index_column_is_left_out_and_said(start):
    found = read_table(text(",a,b", *(f"{start + i},{i},{2 * i}" for i in range(5))), "t.csv")
    assert list(found.cells.columns) == ["a", "b"]
    assert "numbers the rows" in " ".join(found.detected.notes)


def test_title_rows_and_totals_are_left_out_and_said():
    found = read_table(
        text("Report,,", "Brand X,,", "week,sales,tv", "2022-01-03,1,2", "2022-01-10,3,4", "Total,4,6"), "t.csv"
    )
    assert list(found.cells.columns) == ["week", "sales", "tv"]
    assert found.row_numbers.tolist() == [4, 5]
    assert found.detected.header_row == 3
    assert found.detected.dropped_totals_rows == (6,)


def test_windows_line_ends_and_blank_lines():
    found = read_table(b"a,b\r\n1,2\r\n\r\n3,4\r\n", "t.csv")
    assert found.row_numbers.tolist() == [2, 4]


@pytest.mark.parametrize(
    ("cell", "decimal", "value"),
    [
        ("1,234.5", ".", 1234.5), ("1.234,5", ",", 1234.5), ("1 234,5", ",", 1234.5), ("1\u00a0234.5", ".", 1234.5),
        ("1\u202f234", ".", 1234), ("1'234.5", ".", 1234.5), ("$1,200", ".", 1200), ("1.200 €", ",", 1200),
        ("EUR 5", ".", 5), ("12.5 %", ".", 12.5), ("(1,234)", ".", -1234), ("-$5", ".", -5), ("5-", ".", -5),
        ("\u22123.5", ".", -3.5), ("1e3", ".", 1000), ("1.5E-2", ".", 0.015), ("+7", ".", 7), (".5", ".", 0.5),
        ("0,5", ",", 0.5), ("1234567", ",", 1234567),
    ],
)  # fmt: skip
def test_numbers_as_people_write_them(cell, decimal, value):
    assert numbers([cell], decimal) == [value]


@pytest.mark.parametrize(
    "cell", ["many", "=1+1", "inf", "1,2,3", "12,34", "1.2.3", "#REF!", "1 2", "--5", "0x10", "1_000"]
)
def test_what_is_no_number_is_bad_and_not_blank(cell):
    found = parse_numbers(pd.Series([cell], dtype="str"), ".")
    assert found.bad.tolist() == [True]
    assert found.blank.tolist() == [False]


@pytest.mark.parametrize("cell", ["", " ", "NA", "n/a", "#N/A", "null", "None", "NaN", "-", None])
def test_words_for_nothing_are_blank(cell):
    found = parse_numbers(pd.Series([cell], dtype="str"), ".")
    assert (found.bad.tolist(), found.blank.tolist()) == ([False], [True])


@given(st.floats(-1e9, 1e9).map(lambda value: round(value, 2)))
def test_numbers_survive_both_conventions(value):
    plain = f"{value:,.2f}"
    swapped = plain.translate(str.maketrans(",.", ".,"))
    assert numbers([plain]) == [value]
    assert numbers([swapped], ",") == [value]


@pytest.mark.parametrize(
    ("cells", "separator", "expected"),
    [
        (["1.5", "2.25"], ",", (".", False)),
        (["1,5", "2,25"], ";", (",", False)),
        (["1,234", "5,678"], ",", (".", True)),
        (["1.234", "5.678"], ";", (",", True)),
        (["1.234.567", "1,5"], ";", (",", False)),
        (["1,234.5"], ";", (".", False)),
        (["abc", "12"], ",", (".", False)),
    ],
)
def test_the_decimal_mark_is_weighed_over_the_file(cells, separator, expected):
    assert detect_decimal(cells, separator) == expected


def test_an_assumed_decimal_mark_is_said():
    found = read_table(text("a;b", "1,234;x", "5,678;y"), "t.csv")
    assert found.detected.decimal == ","
    assert "two ways" in " ".join(found.detected.notes)
    told = read_table(text("a;b", "1,234;x"), "t.csv", ReadingOptions(decimal="."))
    assert told.detected.decimal == "."


@pytest.mark.parametrize(
    "cell",
    ["2022-01-03", "2022/1/3", "2022.01.03", "20220103", "2022-01-03T23:30:00+02:00", "2022-01-03 00:00:00",
     "3 Jan 2022", "03-January-2022", "Jan 3, 2022", "2022-W01", "44564", "3-Jan-22"],
)  # fmt: skip
def test_dates_as_people_write_them(cell):
    assert dates([cell]) == ["2022-01-03"]


def test_months_without_a_day_start_on_the_first():
    assert dates(["2022-02", "Mar 2022", "Apr-22"]) == ["2022-02-01", "2022-03-01", "2022-04-01"]


def test_day_and_month_are_told_apart_by_the_whole_column():
    assert dates(["03/01/2022", "10/01/2022", "17/01/2022"]) == ["2022-01-03", "2022-01-10", "2022-01-17"]
    assert dates(["1/3/2022", "1/10/2022", "1/17/2022"]) == ["2022-01-03", "2022-01-10", "2022-01-17"]
    # Regular steps under one reading only.
    assert dates(["3/1/2022", "10/1/2022", "5/2/2022", "12/2/2022"])[0] in ("2022-01-03", "NaT")
    assert dates(["01/02/2022", "08/02/2022", "03/01/2022"], "DMY")[0] == "2022-02-01"


def test_what_cannot_be_told_apart_is_reported_and_not_guessed():
    monthly = [f"{month:02d}/01/2022" for month in range(1, 13)]
    found = parse_dates(pd.Series(monthly, dtype="str"))
    assert found.ambiguous
    assert np.isnat(found.values).all()
    assert not found.bad.any()
    assert dates(monthly, "MDY")[1] == "2022-02-01"


@given(st.dates(dt.date(1980, 1, 1), dt.date(2060, 1, 1)), st.sampled_from(["DMY", "MDY"]))
def test_dates_survive_both_orders(date, order):
    cell = date.strftime("%d/%m/%Y" if order == "DMY" else "%m/%d/%Y")
    assert dates([cell], order) == [date.isoformat()]


@pytest.mark.parametrize("options", [{}, {"date_1904": True}])
def test_excel_dates_in_both_calendars(options):
    buffer = io.BytesIO()
    import xlsxwriter

    book = xlsxwriter.Workbook(buffer, {"in_memory": True, **options})
    sheet, style = book.add_worksheet("s"), book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.write_row(0, 0, ["week", "sales"])
    for row in range(3):
        sheet.write_datetime(row + 1, 0, dt.datetime(2022, 1, 3) + dt.timedelta(weeks=row), style)
        sheet.write_number(row + 1, 1, row)
    book.close()
    found = read_table(buffer.getvalue(), "t.xlsx")
    assert np.datetime_as_string(parse_dates(found.cells["week"]).values, "D").tolist() == [
        "2022-01-03", "2022-01-10", "2022-01-17",
    ]  # fmt: skip


def test_excel_serial_numbers_are_dates_where_dates_are_asked_for():
    found = read_table(workbook({"s": [["week", "sales"], [44564, 1], [44571, 2]]}), "t.xlsx")
    assert np.datetime_as_string(parse_dates(found.cells["week"]).values, "D").tolist() == ["2022-01-03", "2022-01-10"]


def test_excel_titles_totals_and_missing_cells():
    cells = [
        ["Sales report"],
        [],
        ["week", "sales", "tv"],
        ["2022-01-03", 1.5, "#N/A"],
        ["2022-01-10", 2, 3],
        ["Total", 3.5, 3],
    ]
    found = read_table(workbook({"s": cells}), "t.xlsx")
    assert found.cells["sales"].tolist() == [1.5, 2]
    assert parse_numbers(found.cells["tv"], ".").blank.tolist() == [True, False]
    assert found.row_numbers.tolist() == [4, 5]
    assert found.detected.sheet == "s"


def test_parquet_keeps_types_and_drops_zones_as_written():
    buffer = io.BytesIO()
    frame = pd.DataFrame(
        {
            "week": pd.date_range("2022-01-03 23:30", periods=3, freq="7D", tz="America/New_York"),
            "sales": [1, 2, None],
            "name": ["a", None, "=x"],
            "kind": pd.Categorical(["u", "v", "u"]),
        }
    )
    frame.to_parquet(buffer)
    found = read_table(buffer.getvalue(), "t.parquet")
    assert np.datetime_as_string(parse_dates(found.cells["week"]).values, "D").tolist()[0] == "2022-01-03"
    assert found.cells["sales"].tolist()[:2] == [1, 2]
    assert found.cells["name"].tolist()[2] == "=x"
    assert found.cells["kind"].tolist() == ["u", "v", "u"]


@given(
    st.binary(max_size=300),
    st.sampled_from([b"", b"PK\x03\x04", b"PAR1", b"\xd0\xcf\x11\xe0", b"a,b\n1,2\n", b"\xff\xfe"]),
)
def test_no_bytes_break_the_reader(content, prefix):
    try:
        read_table(prefix + content, "fuzz")
    except DataError as refused:
        remedy = refused.remedy
    else:
        remedy = "none needed"
    assert remedy


def archive(**members: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        for name, content in members.items():
            file.writestr(name.replace("__", "/").replace("TYPES", "[Content_Types].xml"), content)
    return buffer.getvalue()


def old_office(stream: str) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + stream.encode("utf-16-le") + bytes(200)


ODT = "application/vnd.oasis.opendocument.text"


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
@pytest.mark.parametrize(
    ("content", "what", "remedy"),
    [
        (archive(TYPES="<x/>", word__document="<x/>"), "a Word document", "Save the table in it as .xlsx or .csv"),
        (archive(TYPES="<x/>", ppt__presentation="<x/>"), "a PowerPoint presentation", "Save the table in it as .xlsx"),
        (archive(mimetype=ODT, content="<x/>"), "an OpenDocument text", "Save the table in it as .xlsx or .csv"),
        (archive(table="a,b"), "a zip archive", "Unpack it"),
        (old_office("WordDocument"), "a Word document", "Save the table in it as .xlsx or .csv"),
        (old_office("PowerPoint Document"), "a PowerPoint presentation", "Save the table in it as .xlsx or .csv"),
        (old_office("Workbook"), "an old Office file (.xls)", "save it as .xlsx"),
        (b"%PDF-1.7\n", "a PDF document", "Save the table in it as .xlsx or .csv"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "a PNG picture", "Export the table"),
        (b"<!doctype html><p>a", "a web page (HTML)", "save the table as .xlsx or .csv"),
        (b"\n<!-- saved --><!-- x --><HTML><table>", "a web page (HTML)", "save the table as .xlsx or .csv"),
        (b'<?xml version="1.0"?><a>1,2</a>', "an XML document", "Export the table"),
        (b"<rows><row>1,2</row></rows>", "an XML document", "Export the table"),
        (b'{"a": [1, 2]}', "a JSON document", "Export the table"),
        (b"[1, 2]", "a JSON document", "Export the table"),
    ],
)
def test_a_renamed_file_is_refused_by_what_it_is(content, what, remedy, ending):
    with pytest.raises(DataError, match=r"^'t\.(csv|xlsx)' is an? ") as caught:
        read_table(content, f"t.{ending}")
    said = str(caught.value)
    assert f"'t.{ending}' is {what}" in said
    assert remedy in caught.value.remedy
    assert "Error" not in said
    assert ("zip" in said) == (what == "a zip archive")


def test_a_header_in_angle_brackets_is_a_table():
    found = read_table(text("<DATE>,<OPEN>,<VOL>", "2022-01-03,1,2", "2022-01-10,3,4"), "t.csv")
    assert list(found.cells.columns) == ["<DATE>", "<OPEN>", "<VOL>"]


def test_a_workbook_with_a_password_or_without_cells_is_refused_in_words():
    locked = b"\xd0\xcf\x11\xe0" + bytes(512) + "EncryptedPackage".encode("utf-16-le")
    with pytest.raises(DataError, match=r"protected by a password\. Save a copy without a password"):
        read_table(locked, "t.xlsx")
    with pytest.raises(DataError, match=r"a workbook without a filled cell \(2 sheets\)\. Put the table on a sheet"):
        read_table(workbook({"a": [], "b": [[]]}), "t.xlsx")


TABLE: list[list[object]] = [["week", "sales", "act_tv"], *([f"2022-01-{day:02d}", 5, 1] for day in (3, 10, 17))]


@pytest.mark.parametrize(
    "cover",
    [
        [["Sales report"], [], ["Author", "Jane"], ["Made on", 45000]],
        [["Column", "Meaning", "Unit"], ["sales", "all shops", "pieces"], ["act_tv", "shown", "GRP"]],
    ],
)
def test_the_one_sheet_with_a_table_is_read_and_the_others_are_named(cover):
    found = read_table(workbook({"Cover": cover, "Data": TABLE, "Empty": []}), "t.xlsx")
    assert (found.detected.sheet, found.detected.sheets) == ("Data", ("Cover", "Data"))
    assert found.cells["sales"].tolist() == [5, 5, 5]
    assert found.detected.notes[:2] == (
        "Sheet 'Data' of an Excel workbook.",
        "The workbook has other sheets that were not read ('Cover'): no table was found there.",
    )


def test_between_two_tables_a_person_chooses():
    book = workbook({"One": TABLE, "Two": TABLE})
    with pytest.raises(DataError, match=r"has 2 sheets with cells: 'One', 'Two'\. Save the sheet that you want"):
        read_table(book, "t.xlsx")
    chosen = read_table(book, "t.xlsx", ReadingOptions(sheet="Two")).detected
    assert chosen.sheet == "Two"
    assert "other sheets that were not read ('One')." in chosen.notes[1]
