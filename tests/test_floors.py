"""Imports go down the floors, never up; and the package never imports Streamlit."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent
FLOORS = {
    0: {"spec", "errors", "settings", "logs", "answers", "owners"},
    1: {
        "isolated_reader",
        "isolation",
        "reading",
        "raw_table",
        "reading_cells",
        "reading_excel",
        "reading_limits",
        "reading_parquet",
        "reading_records",
        "reading_text",
        "canonicalize",
        "checks",
        "checks_columns",
        "file_kinds",
        "findings",
        "identifiability",
        "relations",
        "windows",
        "validation",
        "transforms",
        "features",
        "priors",
        "padding",
        "compiling",
        "model_pymc",
        "sampling",
        "intervals",
        "labels",
        "contributions",
        "verdicts",
        "diagnostics",
        "chart_marks",
        "chart_style",
        "charts",
        "charts_curves",
        "charts_data",
        "charts_features",
        "charts_variants",
        "variants",
        "charts_fit",
        "charts_parameters",
        "fit_quality",
        "parameter_words",
        "verdict_words",
        "preview",
        "mapping",
        "exports",
    },
    2: {"storage", "status", "queueing", "engine", "sockets"},
    3: {
        "datasets",
        "outputs",
        "execution",
        "run_state",
        "runs",
        "drafts",
        "downloads",
        "run_archive",
        "run_charts",
        "run_tables",
        "health",
        "prefork",
        "executor",
        "worker",
        "contract",
        "keys",
        "binding",
        "retention",
    },
    4: {"__main__", "admin", "api", "client"},
}
FLOOR_OF = {module: floor for floor, modules in FLOORS.items() for module in modules}
LOADS_THE_SAMPLER = {"model_pymc", "sampling"}


def modules() -> list[Path]:
    return sorted(path for path in (PROJECT / "mmm_core").glob("*.py") if path.stem != "__init__")


def api_modules() -> list[Path]:
    return sorted((PROJECT / "mmm_core" / "api").glob("*.py"))


def imports(path: Path) -> Iterator[str]:
    """Names of our own modules that a module imports, anywhere in it."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module == "mmm_core":
            yield from (alias.name for alias in node.names if not alias.name.startswith("__"))
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("mmm_core."):
            yield str(node.module).split(".")[1]


def test_every_module_has_a_floor():
    assert {path.stem for path in modules()} <= set(FLOOR_OF)


@pytest.mark.parametrize("path", modules(), ids=lambda path: path.stem)
def test_imports_never_go_up(path):
    above = [name for name in imports(path) if FLOOR_OF[name] > FLOOR_OF[path.stem]]
    assert above == []


def test_floors_have_no_cycles():
    graph = {path.stem: set(imports(path)) for path in modules()}
    # Type-only imports of the sampler's results go sideways in both directions; they vanish at run time.
    graph = {
        name: found - LOADS_THE_SAMPLER if name not in LOADS_THE_SAMPLER else found for name, found in graph.items()
    }
    while free := {name for name, found in graph.items() if not found & set(graph)}:
        graph = {name: found for name, found in graph.items() if name not in free}
    assert graph == {}


@pytest.mark.parametrize("path", [*modules(), *api_modules()], ids=lambda path: path.stem)
def test_the_package_never_imports_streamlit(path):
    assert "streamlit" not in path.read_text().replace("imports Streamlit", "").replace(".streamlit", "")


@pytest.mark.parametrize("path", modules(), ids=lambda path: path.stem)
def test_only_the_command_line_opens_the_http_door(path):
    assert "api" not in imports(path) or path.stem == "__main__"


@pytest.mark.parametrize("path", api_modules(), ids=lambda path: path.stem)
def test_the_http_door_calls_use_cases_and_knows_no_paths(path):
    assert not {name for name in imports(path) if FLOOR_OF[name] == 4} - {"api"}
    source = path.read_text()
    for word in ("artifacts", "run_dir", "dataset_dir", "folder_of", ".open(", "import pathlib", "from pathlib"):
        assert word not in source.replace("artifacts_dir", ""), word


def test_the_client_imports_floor_0_and_httpx_only():
    path = PROJECT / "mmm_core" / "client.py"
    assert {FLOOR_OF[name] for name in imports(path)} == {0}
    outside = {name for name in third_parties(path) if name not in sys.stdlib_module_names}
    assert outside == {"httpx", "mmm_core"}


def third_parties(path: Path) -> Iterator[str]:
    """Names of the packages that a module imports, anywhere in it."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom):
            yield str(node.module).split(".")[0]
        elif isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)


def test_reading_results_does_not_load_the_sampler():
    code = (
        "import sys; import mmm_core.outputs, mmm_core.runs, mmm_core.drafts, mmm_core.datasets, mmm_core.charts; "
        "print(sorted({'pymc', 'pytensor', 'nutpie', 'numba', 'arviz', 'arviz_stats'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=PROJECT, check=True)
    assert done.stdout.strip() == "[]"
