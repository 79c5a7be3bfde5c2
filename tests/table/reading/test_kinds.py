"""What is no table is told by its bytes, whatever it is called; and no table is taken for something else."""

import csv
import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmm_core.errors import DataError
from mmm_core.table.reading import kinds
from mmm_core.table.reading.reading import read_table
from tests.malformed import good_rows, table, workbook
from tests.table.cases.written import text


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


WORDS = st.text(st.characters(codec="utf-8", exclude_characters="<{[", exclude_categories=("C", "Z")), max_size=8)
CELLS = WORDS | st.sampled_from(["[1]", "{x}", "<5", "[]", "<b>", "1 < 2", "{", "[a,b]", "#", "%PDF"])


@given(st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=5))
def test_odd_signs_in_the_cells_of_a_table_make_it_nothing_else(rows):
    buffer = io.StringIO()
    csv.writer(buffer).writerows([["week", "sales", "tv"], *rows])
    assert kinds.of_text(buffer.getvalue()) is None


@pytest.mark.parametrize("header", ["[week],[sales]", "<week>,<sales>", "{week};{sales}", '"[week]",sales', "[1],[2]"])
def test_brackets_around_the_names_of_columns_are_part_of_the_names(header):
    assert kinds.of_text(f"{header}\n1,2\n3,4\n") is None


@pytest.mark.parametrize(
    ("start", "what"),
    [
        (b"GIF89a", "a GIF picture"), (b"II*\x00", "a TIFF picture"),
        (b"RIFF\x10\x00\x00\x00WEBPVP8", "a WebP picture"),
        (b"Rar!\x1a\x07\x01", "a RAR archive"), (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
        (b"{\\rtf1", "a rich-text document"),
        (b"SQLite format 3\x00", "a database file"), (b"PK\x05\x06", "an empty zip archive"),
    ],
)  # fmt: skip
def test_files_are_known_by_how_they_begin(start, what):
    found = kinds.of_bytes(start + bytes(40))
    assert found is not None
    assert found.what == what
    assert found.remedy.endswith(".")


def test_tables_begin_like_nothing_else():
    assert kinds.of_bytes(table(good_rows(3))) is None
    assert kinds.of_bytes(workbook({"s": [["a", "b"], ["x", 1]]})) is None
    assert kinds.of_bytes(b"RIFF,sales\nx,1\n") is None


@pytest.mark.parametrize(
    ("members", "mimetype", "what"),
    [
        (["[Content_Types].xml", "xl/workbook.xml"], "", None),
        (["mimetype", "content.xml"], "application/vnd.oasis.opendocument.spreadsheet", None),
        (["mimetype", "content.xml"], "application/epub+zip", "an e-book"),
        (["Index/Tables/a.iwa"], "", "a document of Apple Numbers, Pages or Keynote"),
        (["[Content_Types].xml", "visio/x.xml"], "", "a Visio drawing"),
        (["[Content_Types].xml", "docProps/app.xml"], "", "an Office document without a sheet"),
        (["word/a.csv"], "", "a zip archive"),  # a folder of that name, and no Office document
    ],
)
def test_an_archive_is_known_by_what_is_in_it(members, mimetype, what):
    found = kinds.of_archive(members, mimetype)
    assert (found.what if found else None) == what
