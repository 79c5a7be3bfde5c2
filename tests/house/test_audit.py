"""What the source must not contain: code made from data, objects made from bytes, paths made from what people send."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import PROJECT

SOURCES = sorted(
    path
    for pattern in ("mmm_core/**/*.py", "ui/**/*.py", "pages/**/*.py", "app.py", "asgi.py")
    for path in PROJECT.glob(pattern)
)
IN_DOORS = ("ui", "pages", "app.py")
DOORS = [path for path in SOURCES if path.relative_to(PROJECT).parts[0] in IN_DOORS or "api" in path.parts]
MAKES_OBJECTS_OF_BYTES = {"pickle", "cPickle", "_pickle", "dill", "cloudpickle", "joblib", "marshal", "shelve", "yaml"}
MAKES_CODE_OF_DATA = {"eval", "exec", "compile", "__import__", "input"}
RUNS_A_SHELL = {("os", "system"), ("os", "popen"), ("subprocess", "getoutput"), ("subprocess", "getstatusoutput")}
READS_PICKLES = {"read_pickle", "to_pickle", "cache_data"}
MAKES_PATHS = {"os", "pathlib", "shutil", "glob", "tempfile"}
MAY_MAKE_PATHS = {
    "ui/shell/theme.py": "the favicon, which ships with the project",
    "ui/shell/first_page.py": "the first page and the script of charts, which ship with Streamlit",
    "mmm_core/api/binding.py": "the settings of login, which Streamlit keeps where it wants them",
    "mmm_core/api/sockets.py": "file descriptors of sockets",
    "mmm_core/api/pages.py": "assets of the document page, which ship with the project",
}


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), filename=str(path))


def name_of(path: Path) -> str:
    return path.relative_to(PROJECT).as_posix()


def imported(module: ast.AST) -> Iterator[str]:
    """Top names of the packages that a module imports, anywhere in it."""
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.split(".")[0]


def calls(module: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(module) if isinstance(node, ast.Call))


def test_the_audit_sees_the_whole_source():
    assert len(SOURCES) > 60
    known = {"mmm_core/table/reading/reading.py", "mmm_core/api/bodies.py", "ui/shell/login.py", "pages/data.py"}
    assert known <= {*map(name_of, SOURCES)}


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_nothing_makes_objects_of_bytes_or_code_of_data(path):
    module = tree(path)
    assert MAKES_OBJECTS_OF_BYTES & set(imported(module)) == set()
    for call in calls(module):
        if isinstance(call.func, ast.Name):
            assert call.func.id not in MAKES_CODE_OF_DATA, f"line {call.lineno}"
        if isinstance(call.func, ast.Attribute):
            assert call.func.attr not in READS_PICKLES, f"line {call.lineno}"
            owner = call.func.value.id if isinstance(call.func.value, ast.Name) else ""
            assert (owner, call.func.attr) not in RUNS_A_SHELL, f"line {call.lineno}"
        for keyword in call.keywords:
            assert keyword.arg not in ("shell", "allow_pickle"), f"line {call.lineno}"


def test_pickles_pass_only_between_the_worker_and_its_own_executors():
    # Their pipes are inherited and have no name; of files and requests nothing passes through but a folder's path.
    users = {name_of(path) for path in SOURCES if "multiprocessing" in set(imported(tree(path)))}
    assert users == {"mmm_core/worker/loop.py", "mmm_core/worker/executor.py"}


@pytest.mark.parametrize("path", DOORS, ids=name_of)
def test_doors_make_no_paths(path):
    if name_of(path) in MAY_MAKE_PATHS:
        return
    module = tree(path)
    assert MAKES_PATHS & set(imported(module)) == set()
    assert [call.lineno for call in calls(module) if isinstance(call.func, ast.Name) and call.func.id == "open"] == []


def test_ids_become_paths_in_one_place_and_are_checked_there():
    """Whatever is joined to the workspace's root is a constant, or went through ``checked_id``."""
    unchecked = []
    for path in SOURCES:
        for node in ast.walk(tree(path)):
            if not (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div) and _starts_at_root(node.left)):
                continue
            checked = isinstance(node.right, ast.Call) and getattr(node.right.func, "id", "") == "checked_id"
            constant = isinstance(node.right, ast.Constant) or _is_constant_name(node.right)
            if not (checked or constant):
                unchecked.append(f"{name_of(path)}:{node.lineno}")
    # `kind` is one of three words of ours.
    assert {place.split(":")[0] for place in unchecked} <= {"mmm_core/workspace/storage.py"}
    assert len(unchecked) == 1


def _starts_at_root(node: ast.expr) -> bool:
    while isinstance(node, ast.BinOp):
        node = node.left
    return isinstance(node, ast.Attribute) and node.attr == "root"


def _is_constant_name(node: ast.expr) -> bool:
    """A name in capitals, alone or in a formatted text."""
    if isinstance(node, ast.JoinedStr):
        return all(_is_constant_name(each.value) for each in node.values if isinstance(each, ast.FormattedValue))
    return isinstance(node, ast.Name) and node.id.isupper()
