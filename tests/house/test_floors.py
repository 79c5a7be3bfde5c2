"""The house: rooms stand on floors, imports go down, nothing goes round in a circle; no Streamlit below the pages."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.conftest import PROJECT

FLOORS = {
    "mmm_core": (
        {"errors", "labels", "lineup", "logs", "schema", "settings", "shipped", "transforms"},
        {"spec", "workspace"},
        {"table"},
        {"model"},
        {"planning", "results", "sampler"},
        {"charts", "proof", "runs"},
        {"compare", "exports", "report", "scenarios", "worker"},
        {"__main__", "api", "cli", "client"},
    ),
    "ui": (
        {"shell"},
        {"data", "features"},
        {"train"},
        {"proof", "report"},
        {"compare", "overview", "plan", "results"},
    ),
}
"""Rooms and the ground's files, from the ground up. A room may use what lies lower, and its neighbours one way."""
MOST_FILES = 16
"""Files of a folder, its face included: more are more than one room."""
SAMPLER = {"arviz", "arviz_stats", "numba", "nutpie", "pymc", "pytensor"}


@cache
def files() -> dict[str, Path]:
    """Our own files by dotted name; a room's face has the room's."""
    found = {}
    for package in FLOORS:
        for path in sorted((PROJECT / package).rglob("*.py")):
            parts = path.relative_to(PROJECT).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports(path: Path) -> Iterator[str]:
    """Dotted names of all that a file imports, anywhere in it."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: name the module in full"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@cache
def own_imports(name: str) -> frozenset[str]:
    """Our own files that a file imports; the package's version and its start belong to no room."""
    found = set()
    for imported in imports(files()[name]):
        while imported and imported not in files():
            imported = imported.rpartition(".")[0]
        found.add(imported)
    return frozenset(found - {"", name, *FLOORS})


def room(name: str) -> tuple[str, str]:
    """Package and room of a file."""
    package, inside, *_ = name.split(".")
    return package, inside


def floor(name: str) -> int:
    package, inside = room(name)
    return next(number for number, rooms in enumerate(FLOORS[package]) if inside in rooms)


def in_rooms() -> list[str]:
    return [name for name in files() if "." in name]


def circle(graph: dict[str, set[str]]) -> dict[str, set[str]]:
    """What is left of a graph when all that leads out of circles is taken away."""
    while free := {name for name, found in graph.items() if not found & set(graph) - {name}}:
        graph = {name: found for name, found in graph.items() if name not in free}
    return graph


def test_every_room_stands_on_a_floor_and_every_floor_s_rooms_are_there():
    for package, floors in FLOORS.items():
        assert {room(name)[1] for name in in_rooms() if room(name)[0] == package} == set().union(*floors)


@pytest.mark.parametrize("name", in_rooms())
def test_imports_never_go_up(name):
    package = room(name)[0]
    above = [
        other
        for other in own_imports(name)
        if (room(other)[0] == package and floor(other) > floor(name)) or (package, room(other)[0]) == ("mmm_core", "ui")
    ]
    assert above == []


def test_no_circle_between_rooms_or_files():
    by_file = {name: set(own_imports(name)) for name in in_rooms()}
    by_room: dict[str, set[str]] = {}
    for name, found in by_file.items():
        by_room.setdefault(".".join(room(name)), set()).update(".".join(room(other)) for other in found)
    assert circle(by_file) == {}
    assert circle(by_room) == {}


def test_no_folder_holds_more_than_a_room_can():
    folders = [path.parent for package in (*FLOORS, "tests", "pages") for path in (PROJECT / package).rglob("*.py")]
    assert {str(folder): folders.count(folder) for folder in folders if folders.count(folder) > MOST_FILES} == {}


def test_every_file_is_tested_by_one_of_its_name():
    """``mmm_core/runs/fits.py`` by ``tests/runs/test_fits.py``: whoever changes one finds the other."""
    untested = []
    for name, path in files().items():
        package, *inside = name.split(".")
        if package != "mmm_core" or path.name == "__init__.py":
            continue
        folder = inside[:-1] or ([] if inside == ["__main__"] else ["ground"])
        test = PROJECT.joinpath("tests", *folder, f"test_{inside[-1].strip('_')}.py")
        if not test.is_file():
            untested.append(str(test.relative_to(PROJECT)))
    assert untested == []


def test_a_room_s_face_says_what_it_answers_and_imports_nothing():
    """But two that hand names on: importing a reader of results must not load a sampler."""
    faces = {name: path for name, path in files().items() if path.name == "__init__.py" and "." in name}
    for path in faces.values():
        assert ast.get_docstring(ast.parse(path.read_text())), path
    assert {name for name, path in faces.items() if list(imports(path))} == {"mmm_core.client", "mmm_core.spec"}


def test_the_package_never_imports_streamlit():
    users = {name for name, path in files().items() if any(found.startswith("streamlit") for found in imports(path))}
    assert {name for name in users if name.startswith("mmm_core")} == set()


def test_only_the_sampler_imports_pymc():
    users = {name for name, path in files().items() if {found.split(".")[0] for found in imports(path)} & SAMPLER}
    # Two checks of a fit are ArviZ's own; they load it when they are asked for.
    assert {".".join(room(name)) for name in users} == {"mmm_core.sampler", "mmm_core.results"}


def test_only_the_command_line_opens_the_http_door():
    doors = {name for name in in_rooms() if any(room(other) == ("mmm_core", "api") for other in own_imports(name))}
    others = {name for name in doors if room(name)[0] == "mmm_core" and room(name)[1] != "api"}
    assert {room(name)[1] for name in others} <= {"__main__", "cli"}


@pytest.mark.parametrize("name", [name for name in in_rooms() if room(name) == ("mmm_core", "api")])
def test_the_http_door_calls_use_cases_and_knows_no_paths(name):
    source = files()[name].read_text()
    for word in ("artifacts", "run_dir", "dataset_dir", "folder_of", ".open(", "import pathlib", "from pathlib"):
        assert word not in source.replace("artifacts_dir", "") or name == "mmm_core.api.binding", word


def test_the_client_imports_the_ground_the_spec_and_httpx_only():
    client = [name for name in in_rooms() if room(name) == ("mmm_core", "client")]
    own = {room(other)[1] for name in client for other in own_imports(name)} - {"client"}
    assert own <= FLOORS["mmm_core"][0] | {"spec"}
    outside = {found.split(".")[0] for name in client for found in imports(files()[name])} - sys.stdlib_module_names
    assert outside == {"httpx", "mmm_core", "pydantic"}


def test_reading_results_does_not_load_the_sampler():
    readers = [
        name for name in in_rooms() if room(name)[1] in ("results", "charts", "runs", "exports") and "ui" not in name
    ]
    code = f"import sys, {', '.join(readers)}; print(sorted({SAMPLER!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=PROJECT, check=True)
    assert done.stdout.strip() == "[]"
