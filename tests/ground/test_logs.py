"""Log lines of the doors: who did what, as a person or a program reads them, and none that somebody forged."""

import json
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context

import pytest

from mmm_core import logs
from mmm_core.runs import datasets, runs
from mmm_core.runs.manifest import Label
from mmm_core.workspace import keys
from mmm_core.workspace.storage import Workspace
from tests.conftest import PROJECT
from tests.engines import demo_spec, desk
from tests.malformed import good_rows, table


def written(code: str, **variables: str) -> str:
    """Standard error of a process that sets the log up, twice as two doors would, and runs some code."""
    done = subprocess.run(
        [sys.executable, "-c", f"from mmm_core import logs; logs.configure(); logs.configure(); {code}"],
        cwd=PROJECT, env=os.environ | variables, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout == ""
    return done.stderr


def test_a_person_reads_when_what_and_who_in_one_line():
    (line,) = written("logs.record('run deleted', 'run-1', owner='ann')").splitlines()
    assert re.fullmatch(r'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z INFO write who=ann what="run deleted run-1"', line)


def test_a_program_reads_a_json_object_a_line():
    code = "logs.record('x', '1', owner='ann'); logs.write('api', status=500, level=40, when=logs.datetime.max)"
    first, second = map(json.loads, written(code, MMM_LOG_JSON="1").splitlines())
    assert first.pop("at").endswith("Z")
    assert first == {"level": "info", "event": "write", "who": "ann", "what": "x 1"}
    assert (second["level"], second["status"], second["when"]) == ("error", 500, "9999-12-31 23:59:59.999999")


def test_a_breakdown_keeps_its_traceback_in_both_forms():
    code = "import logging\ntry: 1 / 0\nexcept ZeroDivisionError: logging.getLogger('mmm_core.x').exception('failed')"
    assert "ZeroDivisionError" in written(f"\n{code}")
    (line,) = written(f"\n{code}", MMM_LOG_JSON="1").splitlines()
    assert "ZeroDivisionError" in json.loads(line)["exception"]


@pytest.mark.parametrize("form", ["0", "1"], ids=["plain", "json"])
@pytest.mark.parametrize(
    "value", ["a who=root", "a\n2026-01-01T00:00:00.000Z INFO", "a\r\x1b[2J", 'a"b', "a=b", "", "a\u2028b", "ä\\ \t"]
)
def test_a_value_stays_one_value_of_one_line(form, value):
    (line,) = written(f"logs.write('api', what={value!r}, who='ann')", MMM_LOG_JSON=form).split("\n")[:-1]
    assert line.isascii()
    assert line.isprintable()
    if form == "1":
        assert json.loads(line)["what"] == value
    else:
        quoted = re.search(r'what=("(?:[^"\\]|\\.)*"|[^ ]+) who=ann$', line)
        assert quoted
        assert json.loads(quoted.group(1)) == value


def test_what_is_written_within_a_request_is_one_line_of_it_whichever_thread_wrote(said):
    with logs.one_request() as deeds, ThreadPoolExecutor(2) as pool:
        logs.record("first", "1", owner="ann")
        pool.submit(copy_context().run, logs.record, "second", "2", owner="ann").result()
    assert deeds == ["first 1", "second 2"]
    assert said == []
    logs.record("third", "3", owner="ann")
    assert [line.fields["what"] for line in said] == ["third 3"]


def test_every_write_of_a_person_is_said_and_reading_is_not(said, tmp_path):
    at = desk(Workspace(tmp_path), "ann")
    dataset_id = datasets.create_dataset(at, table(good_rows()), "Secret customers.csv").dataset_id
    run_id = runs.create(at, demo_spec()).run_id
    runs.relabel(at, run_id, Label(name="Secret name", note="Secret note"))
    runs.list_runs(at), datasets.load_dataset(at, dataset_id), runs.state(at, run_id)
    runs.delete(at, run_id)
    datasets.delete_dataset(at, dataset_id)
    assert [(line.fields["who"], line.fields["what"]) for line in said] == [
        ("ann", f"dataset created {dataset_id}"), ("ann", f"run created {run_id}"), ("ann", f"run named {run_id}"),
        ("ann", f"run deleted {run_id}"), ("ann", f"dataset deleted {dataset_id}"),
    ]  # fmt: skip
    assert "Secret" not in str([vars(line) for line in said])


def test_keys_are_never_in_a_line(said, tmp_path):
    workspace = Workspace(tmp_path)
    made = keys.create(workspace, "test")
    keys.recognise(workspace, made.secret)
    keys.revoke(workspace, made.key.id)
    assert made.secret not in str([vars(line) for line in said])
