"""A table survives every separator, encoding and line end that people and programs write it with."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from mmm_core.errors import DataError
from mmm_core.spec import ReadingOptions, dataset
from mmm_core.table.reading.dates import parse_dates
from mmm_core.table.reading.reading import read_table
from mmm_core.table.reading.text import SEPARATORS, read_text
from tests.table.cases.written import text


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


EASTERN = {
    "cp932": ("日付,売上,テレビ費用", "{}年{}月{}日"),
    "gb18030": ("日期,销售额,电视花费", "{}年{}月{}日"),
    "big5": ("日期,銷售額,電視費用", "{}年{}月{}日"),
    "cp949": ("날짜,매출,검색 광고비", "{}년 {}월 {}일"),
}


@pytest.mark.parametrize("encoding", EASTERN)
@pytest.mark.parametrize("is_date_in_digits", [False, True])
def test_encodings_of_east_asia_are_found_and_their_dates_read(encoding, is_date_in_digits):
    header, form = EASTERN[encoding]
    form = "{}-{:02}-{:02}" if is_date_in_digits else form
    rows = [f"{form.format(2023, 1, day)},{day},5" for day in range(2, 30, 7)]
    for content in (text(header, *rows).decode().encode(encoding), text(header, *rows)):
        found = read_table(content, "t.csv")
        assert list(found.cells.columns) == header.split(",")
        dates = parse_dates(found.cells[header.split(",")[0]])
        assert dates.values.astype("datetime64[D]").astype(str).tolist()[0] == "2023-01-02"
        assert not dates.bad.any()
    assert read_table(text(header, *rows).decode().encode(encoding), "t.csv").detected.encoding == encoding


@pytest.mark.parametrize(
    "words",
    [
        "Größe,Verkäufe,Maß",
        "Coûts été,Dépenses,Noël",
        "Año,Teléfono,Niño",
        "ÄÖÜ,ßß,øå",
        "Čeština,Ž,x",
        "São João,Não,ã",
    ],
)
def test_letters_with_accents_are_no_signs_of_east_asia(words):
    encoding = "cp1250" if "Č" in words else "cp1252"
    content = text(words, "1,2,3", "4,5,6").decode().encode(encoding)
    assert read_table(content, "t.csv").detected.encoding == "cp1252"


def test_quoted_headers_and_cells_may_hold_separators_and_line_breaks():
    content = text('"sales, net","note"', '1,"a', 'b"', '2,"c ""d"""')
    found = read_table(content, "t.csv")
    assert list(found.cells.columns) == ["sales, net", "note"]
    assert found.cells["note"].tolist() == ["a\nb", 'c "d"']
    assert found.row_numbers.tolist() == [2, 3]


CELL = st.text(st.sampled_from("ab,;|\t\"'\nÄß€ 1.5"), min_size=1, max_size=6).map(lambda cell: f"x{cell}x")
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"]


@settings(max_examples=60)
@given(
    st.lists(st.lists(CELL, min_size=3, max_size=3), min_size=2, max_size=6),
    st.sampled_from(SEPARATORS),
    st.sampled_from(ENCODINGS),
    st.sampled_from(["\n", "\r\n"]),
)
def test_what_is_written_as_csv_is_read_back_when_its_form_is_told(rows, separator, encoding, end):
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=separator, lineterminator=end, quoting=csv.QUOTE_ALL)
    writer.writerows([["week", "sales", "tv"], *rows])
    told = ReadingOptions(separator=separator, encoding=encoding)
    found = read_text(buffer.getvalue().encode(encoding), "t.csv", told)
    assert found.cells.to_numpy().tolist() == rows
    assert (found.detected.separator, found.detected.encoding) == (separator, encoding)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    ("lines", "separator"),
    [
        (("week;sales;tv", "2022-01-03;1,5;2,5", "2022-01-10;3,5;4,5"), ";"),
        (("week,sales,note", "2022-01-03,1,a;b", "2022-01-10,2,c;d;e"), ","),
        (("week\tsales, net\ttv", "3 Jan, 2022\t1\t2", "10 Jan, 2022\t3\t4"), "\t"),
        (("Report; all brands", "week,sales,tv", "2022-01-03,1,2", "2022-01-10,3,4"), ","),
    ],
)
def test_the_separator_is_the_one_under_which_records_are_alike(lines, separator, end):
    found = read_table(end.join(lines).encode(), "t.csv")
    assert (found.detected.separator, found.cells.shape) == (separator, (2, 3))


def test_what_a_person_says_goes_before_what_is_found():
    content = "week|a;b\n1|2;3\n4|5;6\n".encode("cp1252")
    assert list(read_table(content, "t.csv", ReadingOptions(separator="|")).cells.columns) == ["week", "a;b"]
    told = ReadingOptions(encoding="latin-1")
    assert read_table("a,b\nÄ,1\n".encode("latin-1"), "t.csv", told).cells["a"].tolist() == ["Ä"]


@pytest.mark.parametrize("encoding", ["ascii", "utf-8"])
def test_a_wrong_encoding_is_refused_and_not_replaced_by_another(encoding):
    with pytest.raises(DataError, match=f"'t.csv' is not text in {encoding}. Leave the encoding to be found"):
        read_table("a,b\nÄ,1\n".encode("latin-1"), "t.csv", ReadingOptions(encoding=encoding))


def test_a_byte_order_mark_is_no_part_of_a_name_when_the_encoding_is_told():
    content = b"\xef\xbb\xbf" + text("week,sales", "x,1")
    assert list(read_table(content, "t.csv", ReadingOptions(encoding="utf-8")).cells.columns) == ["week", "sales"]


@pytest.mark.parametrize("cell", ['"open', 'a"b"c"', '"x"y'])
def test_a_quotation_mark_out_of_place_is_named_by_its_row(cell):
    content = text("a,b", "1,2", f"{cell},4", "5,6")
    if not cell.startswith('"'):
        assert read_table(content, "t.csv").cells["a"].tolist()[1] == cell  # inside a cell it is a sign like any other
        return
    with pytest.raises(DataError, match=r"row 3 cannot be split into cells") as caught:
        read_table(content, "t.csv")
    assert caught.value.row == 3


@pytest.mark.parametrize("control", [0, 1, 8, 14, 31])
def test_control_characters_are_no_text(control):
    with pytest.raises(DataError, match=r"it is not text, but has control characters"):
        read_table(b"a,b\n1,2" + bytes([control]) + b"\n", "t.csv")


def test_text_that_breaks_off_in_the_middle_of_a_sign_is_damaged():
    with pytest.raises(DataError, match=r"'t\.csv' is damaged text: it starts like utf-16 and breaks off"):
        read_table("a,b\n1,2\n".encode("utf-16") + b"\x00", "t.csv")


@pytest.mark.parametrize(
    "encoding", ["undefined", "utf\0", "nothing", "hex", "punycode", "idna", "unicode_escape", "rot13", "zip", "\ud800"]
)
def test_what_is_no_encoding_of_tables_is_refused_with_the_settings(encoding):
    with pytest.raises(ValidationError):
        ReadingOptions(encoding=encoding)


@pytest.mark.parametrize("encoding", sorted(dataset.ENCODINGS))
def test_every_encoding_that_may_be_named_reads_text_or_says_so(encoding):
    content = "a,b\n1,2\n".encode(encoding)
    assert list(read_text(content, "t.csv", ReadingOptions(encoding=encoding)).cells.columns) == ["a", "b"]
    with pytest.raises(DataError):
        read_text(bytes(range(256)), "t.csv", ReadingOptions(encoding=encoding))
