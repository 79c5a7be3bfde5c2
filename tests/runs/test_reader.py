"""A file read elsewhere is the file read here; what takes too much is lost alone."""

import os
import signal
import threading
from pathlib import Path

import pandas as pd
import psutil
import pytest

from mmm_core.errors import MMMError
from mmm_core.runs import reader, tables
from mmm_core.runs.reader import COMMAND, Reader
from mmm_core.runs.reader_process import Asked
from mmm_core.spec import DatasetSettings, ReadingOptions
from mmm_core.table.reading.reading import read_table
from tests.engines import until
from tests.malformed import good_rows, malformed_tables, table

CASES = malformed_tables()
QUESTION = Asked(what="check", name="t.csv", settings=DatasetSettings())


def outcome(read):
    """What reading gives, or its error with all that it says."""
    try:
        return read(), None
    except MMMError as error:
        return None, (type(error), error.message, error.code, error.remedy, error.column, error.row)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_answer_is_that_of_reading_the_file_here(case):
    """Broken tables of every kind, with their errors, their reports and their cells."""
    settings = DatasetSettings()
    here, problem = outcome(lambda: tables.prepare(case.content, case.name, settings).validated)
    there, told = outcome(lambda: reader.check(case.content, case.name, settings))
    assert told == problem
    if problem is not None:
        return
    assert there.report == here.report
    assert there.file.roles == here.file.roles
    assert (there.file.table is None) == (here.file.table is None)
    if here.file.table is not None and there.file.table is not None:
        pd.testing.assert_frame_equal(there.file.table.frame, here.file.table.frame)
    raw, again = read_table(case.content, case.name), reader.read(case.content, case.name, ReadingOptions())
    pd.testing.assert_frame_equal(again.cells, raw.cells)
    assert (again.row_numbers.tolist(), again.detected) == (raw.row_numbers.tolist(), raw.detected)


@pytest.fixture
def own():
    """A reader of one's own; ``limits`` are its process's."""
    made = []

    def make(**limits: int) -> Reader:
        sets = "".join(f"p.{name} = {value}; " for name, value in limits.items())
        code = f"from mmm_core.runs import reader_process as p; {sets}p.main()"
        made.append(Reader((COMMAND[0], "-c", code) if limits else COMMAND))
        return made[-1]

    yield make
    for each in made:
        each.close()


def test_a_process_that_was_killed_is_started_again(own):
    mine = own()
    first = mine.ask(QUESTION, table(good_rows()))
    assert first
    lost = mine.pid
    os.kill(lost, signal.SIGKILL)
    psutil.Process(lost).wait(10)
    assert mine.ask(QUESTION, table(good_rows())) == first
    assert mine.pid != lost


def test_a_file_that_takes_too_much_memory_is_lost_alone(own):
    mine = own(MEMORY_BYTES=100 * 2**20)
    small, large = table(good_rows()), table(good_rows()) + b"x" * 150 * 2**20
    answers: dict[str, bytes] = {}

    def ask(name: str, content: bytes) -> None:
        answers[name] = mine.ask(QUESTION, content)

    threads = [threading.Thread(target=ask, args=each) for each in (("large", large), ("a", small), ("b", small))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers["large"] == b""
    assert answers["a"] == answers["b"] != b""


def test_a_file_that_takes_too_much_time_is_ended(own):
    mine = own(CPU_SECONDS=0)
    assert mine.ask(QUESTION, table(good_rows(5000))) == b""


def test_what_cannot_be_read_is_refused_in_words():
    refused = reader.exhausting_error("big.csv")
    assert "needs more memory or time" in refused.message


def test_children_leave_nothing_behind_and_the_process_has_no_secret(own, monkeypatch):
    monkeypatch.setenv("MMM_API_KEY", "mmm_secret")
    mine = own()
    for _ in range(3):
        assert mine.ask(QUESTION, table(good_rows()))
    process = psutil.Process(mine.pid)
    until(lambda: not process.children() or None, seconds=120)
    assert process.num_threads() == 1
    assert "MMM_API_KEY" not in process.environ()
    assert len(list(Path(f"/proc/{mine.pid}/fd").iterdir())) < 12
