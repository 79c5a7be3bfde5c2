"""The Data page: first rows and chart on top, three kinds of card with how many there are, what was left out."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import get_args

import pytest
from streamlit.testing.v1 import AppTest

from mmm_core.runs import datasets
from mmm_core.spec import FIX_NAMES
from mmm_core.table.glance.left_out import Part
from mmm_core.workspace.storage import Workspace
from mmm_core.workspace.worker_door import lock_of
from tests.conftest import PROJECT
from tests.engines import desk
from tests.malformed import good_rows, table, with_cell, workbook
from tests.table.long import tables as long_tables
from ui.data.answers import FIXES, LEAVES_OUT, NOT_SAID
from ui.data.glance.left_out import ICONS

STOPS, QUESTIONS = r"Before a fit: (\d+) things? to answer", r"Open questions: (\d+)"
LEFT_OUT, KNOWN = r"Left out: (\d+) things?", r"For your information: (\d+) things?"


@pytest.fixture
def workspace(tmp_path, monkeypatch) -> Iterator[Workspace]:
    """An empty workspace whose worker is always on its way: what repairs would do is no question here."""
    monkeypatch.setenv("MMM_ARTIFACTS", str(tmp_path))
    monkeypatch.chdir(PROJECT)
    made = Workspace(tmp_path)
    with lock_of(made):
        yield made


def page_of(workspace: Workspace, content: bytes, name: str = "t.csv", **settings) -> AppTest:
    made = datasets.create_dataset(desk(workspace), content, name)
    if settings:
        wanted = made.settings.model_validate(made.settings.model_dump() | settings)
        datasets.revise_dataset(desk(workspace), made.dataset_id, settings=wanted)
    return opened(made.dataset_id)


def opened(dataset_id: str) -> AppTest:
    app = AppTest.from_file(str(PROJECT / "pages" / "data.py"), default_timeout=240)
    app.session_state["routed"] = True
    app.session_state["id_dataset"] = dataset_id
    app.run()
    assert not app.exception
    return app


def headers(app: AppTest) -> list[str]:
    return [str(header.value) for header in app.header]


def number(app: AppTest, pattern: str) -> int | None:
    """How many a heading says there are; None: that kind is not drawn."""
    found = [match for header in headers(app) if (match := re.fullmatch(pattern, header))]
    assert len(found) < 2
    return int(found[0][1]) if found else None


def words(app: AppTest) -> str:
    parts = [*app.markdown, *app.caption, *app.error, *app.info, *app.success, *app.warning]
    return re.sub(r"\\(.)", r"\1", "\n".join(str(part.value) for part in parts))


def first_rows(app: AppTest) -> str:
    """The table of the first rows: its cells, a blank between them."""
    bodies = [each.proto.body for each in app.get("html") if "first-rows" in each.proto.body]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", bodies[-1]))


def colours(app: AppTest) -> dict[str, str]:
    """Colour of each channel in the chart of sales and spend."""
    figure = json.loads(app.get("plotly_chart")[0].proto.spec)
    return {trace["name"]: trace["marker"]["color"] for trace in figure["data"] if trace["type"] == "bar"}


def test_every_repair_has_its_words_and_every_part_its_sign():
    assert set(FIXES) == set(FIX_NAMES)
    assert set(FIXES) >= LEAVES_OUT | set(NOT_SAID)
    assert set(ICONS) == set(get_args(Part.__value__))


@pytest.mark.slow
def test_the_demo_shows_its_rows_and_chart_first_and_asks_nothing(workspace):
    app = opened("demo")
    assert "sales sales €" in first_rows(app)
    assert "2 Jan 2023" in first_rows(app)
    told = headers(app)
    assert told.index("The first rows, as they were read") < told.index("What was sold, and what was spent?")
    assert told.index("What was sold, and what was spent?") < told.index("A closer look")
    assert number(app, STOPS) is number(app, QUESTIONS) is None
    assert "Nothing is asked" in words(app)
    assert "Nothing was left out" in words(app)


@pytest.mark.slow
def test_a_clean_table_asks_only_what_it_is_counted_in(workspace):
    app = page_of(workspace, table(good_rows(110)))
    assert (number(app, STOPS), number(app, QUESTIONS), number(app, LEFT_OUT)) == (None, 1, None)
    assert "What are they counted in?" in words(app)
    assert "1 question below is open" in words(app)
    assert "no unit said" in first_rows(app)


@pytest.mark.slow
def test_each_kind_says_how_many_there_are_and_as_many_are_drawn(workspace):
    rows = good_rows(60)
    rows[10][4] = "many"
    rows[20][2] = "9999999"
    app = page_of(workspace, table(rows))
    assert number(app, STOPS) == words(app).count("**Must be ")
    asked = number(app, QUESTIONS)
    assert asked == words(app).count("**Doubt.**") + words(app).count("**Question.**") > 1
    told = headers(app)
    order = [next(place for place, each in enumerate(told) if re.fullmatch(kind, each)) for kind in (
        "What was sold, and what was spent\\?", STOPS, QUESTIONS, KNOWN)]  # fmt: skip
    assert order == sorted(order)
    assert "many" in first_rows(page_of(workspace, with_cell(3, "act_radio", "many")))


@pytest.mark.slow
def test_guessed_roles_are_a_stop_and_rows_and_chart_are_there_already(workspace):
    header = "brand,DATE,revenue,tv_I,radio_GRP,temperature,tv_S,radio_S"
    app = page_of(workspace, table(good_rows(60), header))
    assert number(app, STOPS) == 1
    assert "What is each column?" in words(app)
    assert "sales, guessed" in first_rows(app)
    assert "3 Jan 2022" in first_rows(app)
    assert "spend: TV, guessed" in first_rows(app)
    assert "What was sold, and what was spent?" in headers(app)
    assert "what is asked is still in it" in words(app)
    # Which columns are used is what is asked.
    assert "No row was left out" in words(app)
    assert "every row and column" not in words(app)
    before = colours(app)
    assert set(before) == {"TV", "Radio"}
    next(button for button in app.button if button.label == "Use these roles").click().run()
    assert not app.exception
    assert "guessed" not in first_rows(app)
    assert number(app, STOPS) is None
    assert colours(app) == before


@pytest.mark.slow
def test_what_was_left_out_around_a_table_stands_in_the_open(workspace):
    lines = table(good_rows(), "entity_id,period_start,sales,act_tv,act_radio,ctrl_price,spend_tv,remark_2").decode()
    content = f"Weekly report,,,,,,,\nAll shops in €,,,,,,,\n{lines}Total,,9,9,9,9,9,9\nSource: finance,,,,,,,\n"
    app = page_of(workspace, content.encode())
    assert number(app, LEFT_OUT) == 4
    said = words(app)
    assert "Rows 1 and 2 are titles above the header and were left out." in said
    assert "“Weekly report”, “All shops in €”" in said
    assert "Row 84 holds totals and was left out." in said
    assert "“Source: finance”" in said
    assert "1 column plays no role and is not used: remark_2." in said
    # Said once, in its place.
    assert said.count("plays no role") == 1
    assert said.count("titles above the header") == 1
    assert "remark_2 not used" in first_rows(app)


@pytest.mark.slow
def test_a_unit_in_the_name_of_a_column_is_not_called_unsaid(workspace):
    app = page_of(
        workspace, table(good_rows(), "entity_id,period_start,sales,act_tv,act_b,ctrl_p,spend_tv (k),spend_b")
    )
    assert first_rows(app).count("no unit said") == 2  # sales, and the other spend


@pytest.mark.slow
def test_sheets_that_were_not_read_are_named(workspace):
    rows = [line.split(",") for line in table(good_rows()).decode().split("\n") if line]
    book = workbook({"Cover": [["Sales report"]], "Data": [rows[0], *([*row[:2], *map(float, row[2:])] for row in
        rows[1:])]})  # fmt: skip
    app = page_of(workspace, book, "t.xlsx")
    assert number(app, LEFT_OUT) == 1
    assert "another sheet that was not read ('Cover')" in words(app)


@pytest.mark.slow
def test_numbers_of_rows_are_told_as_they_can_be_found(workspace):
    head, *rows = (line.split(",") for line in table(good_rows(40)).decode().split("\n") if line)
    across = "\n".join(",".join(line) for line in zip(*([row[1], *row[2:]] for row in [head, *rows]), strict=True))
    assert "40 rows in all, numbered as the columns of the file that they were." in words(
        page_of(workspace, across.encode())
    )
    rows = [[*row[:2], *map(float, row[2:])] for row in rows]
    book = workbook({"2022": [head, *rows[:20]], "2023": [head, *rows[20:]]})
    assert "40 rows in all, numbered on from sheet to sheet." in words(page_of(workspace, book, "t.xlsx"))


@pytest.mark.slow
def test_only_days_that_were_read_are_written_as_days(workspace):
    header = "entity_id,period_start,sales,act_tv,act_radio,ctrl_price,spend_tv,note"
    told = first_rows(page_of(workspace, table([[*row[:-1], row[1]] for row in good_rows()], header)))
    assert told.count("3 Jan 2022") == told.count("2022-01-03") == 1


@pytest.mark.slow
def test_the_rows_of_a_long_table_are_those_of_the_file_and_its_parts_are_named(workspace):
    content = long_tables.MADE["plain"]().content
    app = page_of(workspace, content, fixes=("pivot_long_table",))
    told = first_rows(app)
    assert "channel names of channels" in told
    assert "spend spend no unit said" in told
    assert "2 Jan 2023 search" in told
    assert "80 rows in all" in words(app)
    assert any(each.label.startswith("What each column is") for each in app.expander)


@pytest.mark.slow
def test_rows_that_a_repair_leaves_out_are_told_there_and_can_be_taken_back(workspace):
    rows = good_rows()
    app = page_of(workspace, table([*rows, rows[-1]]), fixes=("drop_exact_duplicates",))
    assert number(app, LEFT_OUT) == 1
    app.button(key="undo-drop_exact_duplicates").click().run()
    assert not app.exception
    assert (number(app, STOPS), number(app, LEFT_OUT)) == (1, None)


@pytest.mark.slow
def test_a_table_that_follows_another_says_so_among_what_is_known_and_is_taken_apart(workspace):
    first = datasets.create_dataset(desk(workspace), table(good_rows(60)), "first.csv")
    datasets.revise_dataset(desk(workspace), first.dataset_id, units=datasets.Units(target="€", spend="€"))
    made = datasets.create_dataset(desk(workspace), table(good_rows(70)), "second.csv")
    datasets.take_over(desk(workspace), made.dataset_id)
    app = opened(made.dataset_id)
    before = number(app, KNOWN), number(app, QUESTIONS)
    assert "Same columns as **first.csv**" in words(app)
    app.button(key="stand-alone").click().run()
    assert not app.exception
    # Neither what was taken over nor its units are there any more, and these are asked about again.
    assert (number(app, KNOWN), number(app, QUESTIONS)) == (before[0] - 2, before[1] + 1)


@pytest.mark.slow
def test_more_questions_than_can_be_seen_at_once_are_folded_and_counted(workspace, monkeypatch):
    monkeypatch.setattr("ui.data.issues.MOST_CARDS", 1)
    rows = good_rows(60)
    rows[20][2] = "9999999"
    app = page_of(workspace, table(rows))
    asked = number(app, QUESTIONS)
    more = asked - 2  # one is shown, and one is what it is counted in
    assert more > 0
    assert [each.label for each in app.expander if "more question" in each.label] == [
        f"{more} more question{'s' if more > 1 else ''}"
    ]
