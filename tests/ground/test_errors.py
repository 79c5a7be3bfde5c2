"""Every error that a person may see: its words, its code, and its place in the tree."""

import pickle
import re

import pytest

from mmm_core import errors
from mmm_core.errors import DataError, MMMError, RunCancelledError, RunError

KINDS = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, MMMError)]


def drawn_tree() -> dict[str, str]:
    """Name of each error in the module's picture, and of the one above it."""
    above: dict[int, str] = {}
    found = {}
    for indent, name in re.findall(r"^    ([│ ├└─]*)([A-Z]\w+Error)\b", errors.__doc__ or "", flags=re.M):
        depth = len(indent) // 4
        above[depth] = name
        found[name] = above[depth - 1] if depth else "Exception"
    return found


def test_the_tree_is_as_it_is_drawn():
    assert drawn_tree() == {kind.__name__: kind.__mro__[1].__name__ for kind in KINDS}


def test_every_kind_has_a_code_of_its_own():
    codes = [kind.default_code for kind in KINDS]
    assert len(set(codes)) == len(codes)
    assert all(re.fullmatch(r"[a-z]+(_[a-z]+)*", code) for code in codes)


def test_a_person_reads_what_happened_and_then_what_to_do():
    assert str(DataError("Row 3 is blank.", remedy="Fill it in.")) == "Row 3 is blank. Fill it in."
    assert str(DataError("Row 3 is blank.")) == "Row 3 is blank."


def test_programs_find_code_and_place():
    error = DataError("Bad.", code="blank", remedy="Mend it.", column="act_tv", row=7)
    assert (error.code, error.message, error.remedy, error.column, error.row) == (
        "blank", "Bad.", "Mend it.", "act_tv", 7,
    )  # fmt: skip
    usual = RunError("Bad.")
    assert (usual.code, usual.remedy, usual.column, usual.row) == ("run_failed", "", None, None)


def test_a_cancel_can_be_told_from_a_failure_and_is_caught_as_one():
    with pytest.raises(RunError, match="stopped"):
        raise RunCancelledError("It was stopped.")
    assert RunCancelledError("x").code != RunError("x").code


def test_an_error_that_crosses_to_another_process_keeps_its_words():
    # As an executor's or a reader's does.
    error = DataError("Row 3 is blank.", code="blank", remedy="Fill it in.", row=3)
    back = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    assert (type(back), str(back), back.code, back.row) == (DataError, str(error), "blank", 3)
