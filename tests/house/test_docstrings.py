"""Every public thing says what it is, and every array which dims and which unit it has.

An array's type is ``float64`` whatever it holds: ``(row, sample)`` and ``(sample, row)``, currency and log units look
alike to a type checker and give a wrong number without an error. So in the rooms where the arithmetic is (``model``,
``results``, ``transforms``) a docstring that has arrays to speak of must hold

- a list of dims in parentheses: ``(row)``, ``(…, lag)``, ``(channel, sample)``, ``(…)`` where anything broadcasts;
- a word of unit: unit ("no unit" too), currency, fraction, share, log, scale, periods, days or count;
- for a class, the name of each field that is an array.

A function has arrays to speak of if a parameter or its result has an array's type, a class if one of its fields has.
Whether what is said is true, nobody can test here; that it is said, this does.
"""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.conftest import PROJECT

ARITHMETIC = ("model", "results", "transforms")
OTHERS = ("runs", "workspace", "exports", "table")
ARRAY = re.compile(r"\b(Array|NDArray|ndarray|DataArray|Dataset|Any)\b")
"""Types of arrays, labelled or not; ``Any`` stands for an array of either backend."""
DIMS = {
    "row",
    "date",
    "entity",
    "channel",
    "control",
    "event",
    "component",
    "chain",
    "draw",
    "sample",
    "replicate",
    "lag",
    "…",
}
"""Names of dims; ``…`` is any number of them."""
SIZES = {"max_lag", "K"}
"""What may stand in a list of dims for a length: ``(…, max_lag + 1)``, ``(row, 2K)``."""
UNIT = re.compile(r"\b(units?|currency|fractions?|shares?|log|scaled?|periods?|days?|counts?)\b")

type Documented = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def public(body: list[ast.stmt], within: str = "") -> Iterator[tuple[str, Documented]]:
    """Public functions and classes of a module, and a public class's own public methods and properties."""
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            yield within + node.name, node
            if isinstance(node, ast.ClassDef):
                yield from public(node.body, f"{node.name}.")


def array_fields(node: ast.ClassDef) -> list[str]:
    """Fields that hold arrays."""
    return [
        ast.unparse(field.target)
        for field in node.body
        if isinstance(field, ast.AnnAssign) and ARRAY.search(ast.unparse(field.annotation))
    ]


def has_arrays(node: Documented) -> bool:
    """Whether there are arrays to speak of."""
    if isinstance(node, ast.ClassDef):
        return bool(array_fields(node))
    each = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    annotations = [argument.annotation for argument in each] + [node.returns]
    return any(ARRAY.search(ast.unparse(annotation)) for annotation in annotations if annotation)


def names_dims(docstring: str) -> bool:
    """Whether there is a list of dims in parentheses, at least one of them by its name."""
    for inside in re.findall(r"\(([^()]*)\)", docstring):
        words = [re.findall(r"[^\W\d]\w*|…", item) for item in inside.split(",")]
        known = {word for item in words for word in item}
        if known and known <= DIMS | SIZES and known & DIMS and all(len(item) <= 1 for item in words):
            return True
    return False


def undocumented(source: str) -> list[tuple[int, str]]:
    """Line and name of each public thing without a docstring."""
    return [(node.lineno, name) for name, node in public(ast.parse(source).body) if not ast.get_docstring(node)]


def unlabelled(source: str) -> list[tuple[int, str]]:
    """Line of each docstring that does not say what its arrays are, and what is not said."""
    found = []
    for name, node in public(ast.parse(source).body):
        said = ast.get_docstring(node)
        if not said or not has_arrays(node):
            continue
        fields = array_fields(node) if isinstance(node, ast.ClassDef) else []
        missing = [f"what {field} is" for field in fields if not re.search(rf"\b{field}\b", said)]
        missing += [] if names_dims(said) else ["dims"]
        missing += [] if UNIT.search(said) else ["a unit"]
        if missing:
            found.append((node.lineno, f"{name} does not say {', '.join(missing)}"))
    return found


def files(rooms: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Path from the project and source of each file in some rooms."""
    for room in rooms:
        for path in sorted((PROJECT / "mmm_core" / room).rglob("*.py")):
            yield path.relative_to(PROJECT).as_posix(), path.read_text()


def test_every_public_thing_has_a_docstring():
    assert len(list(files(ARITHMETIC + OTHERS))) > 50
    found = {
        f"{path}:{line} {name}" for path, source in files(ARITHMETIC + OTHERS) for line, name in undocumented(source)
    }
    assert not found, "\n".join(sorted(found))


def test_every_array_says_its_dims_and_its_unit():
    found = {f"{path}:{line} {what}" for path, source in files(ARITHMETIC) for line, what in unlabelled(source)}
    assert not found, "\n".join(sorted(found))


@pytest.mark.parametrize(
    ("docstring", "missing"),
    [
        ("What each channel brought (channel, sample), in the target's unit.", ""),
        ("``(…, max_lag + 1)``, no unit.", ""),
        ("``(row, 2K)``: waves, no unit.", ""),
        ("What each channel brought, in the target's unit.", "dims"),
        ("What each channel brought (see the paper), in the target's unit (of course).", "dims"),
        ("What each channel brought (channel, sample).", "a unit"),
        ("What each channel brought.", "dims, a unit"),
    ],
)
def test_a_docstring_is_asked_for_dims_and_unit(docstring, missing):
    found = unlabelled(f'def brought(beta: Array) -> Array:\n    """{docstring}"""\n')
    assert found == ([(1, f"brought does not say {missing}")] if missing else [])


def test_only_what_is_public_and_has_arrays_is_asked():
    assert unlabelled('def title(name: str) -> str:\n    """In words."""\n') == []
    assert undocumented("def _share(x: Array) -> Array: ...\n\nclass _Block: ...\n") == []
    source = 'class Fit:\n    """Said."""\n\n    @property\n    def mu(self) -> Array: ...\n'
    assert undocumented(source) == [(5, "Fit.mu")]
    fields = 'class Fit:\n    """``mu`` (row, sample), log scale."""\n\n    mu: Array\n    band: NDArray[np.float64]\n'
    assert unlabelled(fields) == [(1, "Fit does not say what band is")]
