"""``docs/architecture.md`` tells newcomers where things are: every name in it must be there, and every room in it."""

import re

from tests.conftest import PROJECT
from tests.house.test_floors import FLOORS, files, own_imports

PAGE = (PROJECT / "docs" / "architecture.md").read_text()


def section(title: str) -> str:
    """Text of a section of the page."""
    return PAGE.split(f"## {title}", 1)[1].split("\n## ", 1)[0]


def named_files(text: str) -> set[str]:
    return set(re.findall(r"`([\w/]+/[\w.]+\.py|[a-z]+\.py)`", text))


def test_every_room_is_on_its_floor():
    told = {room: int(floor) for floor, room in re.findall(r"^\| (\d) \| `(\w+)`", PAGE, flags=re.M)}
    rooms = {
        room: number
        for number, floor in enumerate(FLOORS["mmm_core"])
        for room in floor
        if f"mmm_core.{room}" in files() and files()[f"mmm_core.{room}"].name == "__init__.py"
    }
    assert told == rooms


def test_the_ground_is_told_as_it_is():
    ground = {room for room in FLOORS["mmm_core"][0] if files()[f"mmm_core.{room}"].name != "__init__.py"}
    told = PAGE.split("The ground below them is files:", 1)[1].split(".", 1)[0]
    assert set(re.findall(r"`(\w+)`", told)) == ground


def test_every_file_that_is_named_is_there():
    names = named_files(PAGE)
    assert len(names) > 40
    roots = (PROJECT, PROJECT / "mmm_core", PROJECT / "ui")
    assert [name for name in sorted(names) if not any((root / name).is_file() for root in roots)] == []


def test_a_journey_passes_files_that_know_each_other():
    """Each file of a journey is imported by another one of it, so that the page tells a way and not a list."""
    imports = {name: own_imports(name) for name in files()}
    for journey in section("Four journeys").strip().split("\n\n"):
        dotted = {name.removesuffix(".py").replace("/", ".") for name in named_files(journey)}
        # The specification's room hands its names on: nobody imports a file of it.
        passed = {"mmm_core.spec" if name.startswith("spec.") else f"mmm_core.{name}" for name in dotted}
        passed = {name.removeprefix("mmm_core.") if name.startswith("mmm_core.ui.") else name for name in passed}
        alone = [
            name
            for name in sorted(passed)
            if not any(name in imports[other] or other in imports[name] for other in passed - {name})
        ]
        assert alone == [], journey[:40]
