"""What each repair of a table would do to the answer, on the command line: computed here and now."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from pathlib import Path

from mmm_core.runs.doubts.costs import Cost
from mmm_core.runs.doubts.weighing import Weighed, offers, weigh
from mmm_core.spec import DatasetSettings
from mmm_core.table.reading.limits import MAX_BYTES
from mmm_core.table.reading.reading import read_table
from mmm_core.table.validation import ValidationReport
from mmm_core.workspace import storage

NOTHING = Weighed((), (), ())


def weighed(path: Path, settings: DatasetSettings, report: ValidationReport, *, tell: Callable[[str], None]) -> Weighed:
    """Try every repair that the report offers; ``tell`` hears what is being done.

    Raises
    ------
    DataError, SpecError
        The file cannot be read so.
    """
    if not offers(report):
        return NOTHING
    tell("Loading the sampler")
    # It takes seconds: a table without a doubt is told of before.
    from mmm_core.runs.doubts.estimates import quick_answer
    from mmm_core.sampler.sampling import compile_bucket

    raw = read_table(storage.read_upload(path, MAX_BYTES), path.name, settings.reading)
    known = NOTHING
    for known in weigh(raw, settings, partial(quick_answer, compiled=cache(compile_bucket))):
        tell(f"Trying {known.left[0]}" if known.left else "Done")
    return known


def in_words(known: Weighed) -> str:
    """A line a repair, the worst doubt first; empty where there is none."""
    lines = ["What each fix would do, by a quick estimate with the default settings:"] if known.costs else []
    lines += [f"  {_named(cost)}: {cost.says}" for cost in known.costs]
    if known.not_tried:
        lines.append(f"  Not tried, because the table is too large: {', '.join(known.not_tried)}.")
    return "\n".join(lines).replace("\u00a0", " ")


def _named(cost: Cost) -> str:
    return f"{cost.fix}{''.join(f' + {fix}' for fix in cost.together_with)}"
