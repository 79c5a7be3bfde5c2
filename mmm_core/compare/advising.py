"""Whether a run advises anything that an earlier one did not: for doors, in a paragraph."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from mmm_core.compare.advice import Advice, advice_of, changes
from mmm_core.compare.compared import finished
from mmm_core.compare.pair import not_comparable, why_not
from mmm_core.proof import kept
from mmm_core.proof.subject import read_subject
from mmm_core.runs import runs
from mmm_core.runs.datasets import Units
from mmm_core.schema import Strict
from mmm_core.workspace.desk import Desk


class News(Strict):
    """What two runs advise, and what of it is new."""

    before: Advice
    now: Advice
    changed: tuple[str, ...] = Field(description="Each piece of advice that is another now; empty: none is.")
    paragraph: str = Field(description="All of it in a paragraph.")


def news(desk: Desk, run_id: str, before: str) -> News:
    """What a finished run advises that an earlier one did not.

    Raises
    ------
    DataError
        The two do not explain the same thing.
    RunError
        One is not finished.
    StorageError
        There is no such run of this owner.
    """
    folders = finished(desk, before), finished(desk, run_id)
    return news_of(folders, runs.units_of(desk, run_id))


def news_of(folders: tuple[Path, Path], units: Units | None = None) -> News:
    """The same of the earlier and the later run in their folders; without ``units`` break-even is not known.

    Raises
    ------
    DataError
        The two do not explain the same thing.
    StorageError
        A file is damaged.
    """
    subjects = [read_subject(folder) for folder in folders]
    if reason := why_not(subjects[0].spec, subjects[1].spec, (subjects[0].table.grain, subjects[1].table.grain)):
        raise not_comparable(reason)
    least = units.break_even if units else None
    advices = [
        advice_of(subject, kept.grade_of_fit(folder), break_even=least)
        for subject, folder in zip(subjects, folders, strict=True)
    ]
    changed = changes(*advices)
    if changed:
        said = f"Advice changed. {' '.join(changed)}"
    elif advices[1].checks == "stop":
        said = "No advice changed. As before, checks of the fit failed: no figure of it is to be used."
    else:
        said = f"No advice changed. As before: {advices[1].sentence()}"
    return News(before=advices[0], now=advices[1], changed=tuple(changed), paragraph=said)
