"""Ask on the command line, before a fit, how much a table could tell: here and now.

``python -m mmm_core outlook FILE --spec SPEC.json``. Tables are made on the file's own dates, activity and controls
whose returns are known, and each is fitted; stopped early, it says what is known so far. Nothing is kept.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from mmm_core.cli.commands import asked_of_a_table
from mmm_core.cli.progress import is_quiet, progress_bar
from mmm_core.labels import percent, ratio
from mmm_core.workspace.desk import LOCAL_OWNER

if TYPE_CHECKING:
    from mmm_core.proof.before.outlook import Outlook
    from mmm_core.proof.parts.recovery import Precision

DONE, STOPPED = 0, 1


def outlook_command(options: argparse.Namespace) -> int:
    """Say how near each channel of a table will be found, now and with one more year."""
    spec, prepared = asked_of_a_table(options)
    data = prepared.canonical()

    from mmm_core.proof.before.worlds import require_estimated
    from mmm_core.runs import fits

    require_estimated(spec)
    with tempfile.TemporaryDirectory(prefix="outlook-") as made:
        folder = Path(made)
        fits.create(folder, data, spec, fits.Origin(prepared.name, prepared.content_hash, LOCAL_OWNER))
        fits.build(folder)
        code = _answer(folder, quiet=is_quiet(options))

        from mmm_core.proof.before import outlook

        known = outlook.read(folder)
    if options.json:
        print(json.dumps(known and known.model_dump(mode="json"), indent=1))
    elif known:
        print(_in_words(known))
    if code == STOPPED:
        print("Stopped: this is what is known so far.", file=sys.stderr)
    return code


def _answer(folder: Path, *, quiet: bool) -> int:
    """Fit every world; the exit code says whether it came to the end."""
    # Loading the sampler takes seconds: a table that is refused is refused before that.
    from mmm_core.proof.before import work
    from mmm_core.proof.subject import refitter
    from mmm_core.sampler.sampling import compile_structure

    try:
        with progress_bar(quiet=quiet) as show:
            show("Fitting tables like yours", 0.0)
            for found in work.answer(folder, folder, refitter(cache(compile_structure))):
                show("Fitting tables like yours", found.fraction)
    except KeyboardInterrupt:
        return STOPPED
    return DONE


def _in_words(known: Outlook) -> str:
    """The sentences, and a line a channel."""
    rows = known.channels()
    if not rows:
        return "Too few tables were fitted to say anything."
    lines = [*known.sentences(), f"  {'channel':<20} {'likely':>9} {'now ±':>9} {'+ 1 year ±':>11}"]
    for now, later in rows:
        near = _figure(later, later.reach) if later else "…"
        lines.append(f"  {now.channel:<20} {_figure(now, now.size):>9} {_figure(now, now.reach):>9} {near:>11}")
    lines.append(
        "  Returns per spend; in % of sales where there is no spend. Likely is what the prior expects, no answer."
    )
    return "\n".join(lines).replace("\u00a0", " ")


def _figure(of: Precision, value: float) -> str:
    return ratio(value) if of.measure == "return" else percent(value, 1)
