"""Plan on the command line: which split of the money brings most in the periods that come.

``python -m mmm_core plan RUN [--horizon N] [--budget MONEY] [--bounds CHANNEL=LOW:HIGH] …``, where RUN is a run's
folder or the id of a run of the workspace.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from pydantic import ValidationError

from mmm_core import settings
from mmm_core.cli import which
from mmm_core.errors import SpecError
from mmm_core.labels import short
from mmm_core.schema import describe_problems
from mmm_core.workspace.desk import Desk
from mmm_core.workspace.storage import Workspace

if TYPE_CHECKING:
    from mmm_core.planning.answer import Plan
    from mmm_core.planning.request import PlanRequest

    type Commands = argparse._SubParsersAction[argparse.ArgumentParser]

DONE = 0


def add_command(commands: Commands, as_json: argparse.ArgumentParser) -> None:
    """Add the command to a parser; ``as_json`` is the parent that knows ``--json``."""
    plan = commands.add_parser("plan", parents=[as_json], help="which split of the money brings most from now on?")
    which.add_run(plan)
    plan.add_argument("--horizon", type=int, metavar="N", help="periods to plan, 4 to 52 (default: 13)")
    plan.add_argument(
        "--budget", type=float, metavar="MONEY", help="money for all of them (default: as in the last such periods)"
    )
    plan.add_argument(
        "--goal", metavar="KIND=AT", help="find the budget: sales=2000000, return=1.5, or profit=0.4 (at this margin)"
    )
    plan.add_argument(
        "--bounds",
        action="append",
        default=[],
        metavar="CHANNEL=LOW:HIGH",
        help="least and most money of a channel over the horizon, such as tv=0:90000; may be given several times",
    )
    plan.add_argument(
        "--group", action="append", default=[], metavar="CHANNEL+CHANNEL=LOW:HIGH", help="the same of several together"
    )
    plan.add_argument(
        "--lock", action="append", default=[], metavar="CHANNEL", help="a channel that stays as it is; several times"
    )
    plan.add_argument(
        "--move-untold", action="store_true", help="move channels that cannot be told from no effect like others"
    )
    plan.add_argument(
        "--step", action="append", default=[], metavar="CHANNEL=MONEY", help="a channel is bought in multiples of this"
    )
    plan.add_argument(
        "--price", action="append", default=[], metavar="CHANNEL=TIMES", help="its coming price, in times of the last"
    )
    plan.add_argument(
        "--own", action="append", default=[], metavar="CHANNEL=MONEY", help="a split of yours to hold beside the plan"
    )
    plan.add_argument(
        "--control", action="append", default=[], metavar="NAME=VALUE[,VALUE…]",
        help="a control in the periods that come: one value, or one each; the others as a year before",
    )  # fmt: skip
    plan.add_argument("--margin", type=float, metavar="PART", help="margin on sales, such as 0.4: profit is told")
    plan.add_argument("--timing", choices=("even", "last_year", "bursts", "weekly"), help="default: even")
    plan.add_argument(
        "--aim", choices=("mean", "cautious", "chance"),
        help="mean sales, the gain over today that 90 in 100 worlds reach, or the chance of --reach (default: mean)",
    )  # fmt: skip
    plan.add_argument("--reach", type=float, metavar="SALES", help="sales whose chance is the aim")
    plan.add_argument("--save", metavar="NAME", help="keep the plan under a name")
    plan.set_defaults(command=plan_command)


def plan_command(options: argparse.Namespace) -> int:
    """Make a plan of a finished run, and print it."""
    from mmm_core.proof import kept
    from mmm_core.proof.subject import read_subject
    from mmm_core.results.conditions import FAILED_CHECKS
    from mmm_core.scenarios.made import plan_for, response_for

    request = _request(options)
    folder = which.folder_of(options.run, options.owner)
    run = read_subject(folder)
    if kept.grade_of_fit(folder) == "stop":
        print(FAILED_CHECKS, file=sys.stderr)
    plan = plan_for(run, response_for(run, request.horizon, request.controls), request)
    if options.save:
        _save(options, request, plan)
    print(plan.model_dump_json(indent=1) if options.json else _in_words(plan))
    return DONE


def _save(options: argparse.Namespace, request: PlanRequest, plan: Plan) -> None:
    from mmm_core.runs.manifest import Label
    from mmm_core.scenarios import kept

    desk = Desk(Workspace(settings.artifacts_dir()), options.owner)
    saved = kept.save(desk, options.run, request, Label(name=options.save[:200]), plan)
    print(f"Kept as {saved.plan_id}.", file=sys.stderr)


def _request(options: argparse.Namespace) -> PlanRequest:
    """What is asked, of the options that were given."""
    from mmm_core.planning.request import PlanRequest

    given = {name: getattr(options, name) for name in ("horizon", "budget", "margin", "timing", "aim", "reach")}
    asked: dict[str, object] = {name: value for name, value in given.items() if value is not None}
    if options.goal:
        kind, at = _pair(options.goal, "--goal", "profit=0.4")
        asked["goal"] = {"kind": kind, "at": _number(at, "--goal")}
    asked["bounds"] = {
        name: _limits(text, "--bounds") for name, text in _pairs(options.bounds, "--bounds", "tv=0:90000")
    }
    asked["groups"] = {
        name: {"channels": tuple(name.split("+"))} | _limits(text, "--group")
        for name, text in _pairs(options.group, "--group", "tv+radio=0:90000")
    }
    for field, option, example in (
        ("steps", "step", "tv=10000"), ("prices", "price", "tv=1.1"), ("own", "own", "tv=90000"),
    ):  # fmt: skip
        pairs = _pairs(getattr(options, option), f"--{option}", example)
        asked[field] = {name: _number(text, f"--{option}") for name, text in pairs}
    asked["controls"] = {
        name: tuple(_number(value, "--control") for value in text.split(","))
        for name, text in _pairs(options.control, "--control", "price=9.9")
    }
    asked["locked"] = tuple(options.lock)
    asked["move_untold"] = options.move_untold
    try:
        return PlanRequest.model_validate(asked)
    except ValidationError as error:
        raise SpecError(
            f"The plan cannot be made so: {describe_problems(error)}.",
            code="bad_request",
            remedy="See python -m mmm_core plan --help.",
        ) from error


def _pairs(given: Sequence[str], option: str, example: str) -> list[tuple[str, str]]:
    return [_pair(text, option, example) for text in given]


def _pair(text: str, option: str, example: str) -> tuple[str, str]:
    """Both sides of tv=…"""
    name, mark, value = text.partition("=")
    if not mark:
        raise SpecError(f"{option} {text}: not understood.", code="bad_option", remedy=f"Write {option} {example}.")
    return name.strip(), value.strip()


def _limits(text: str, option: str) -> dict[str, float]:
    """Least and most: 0:90000, or one of them: :90000."""
    least, mark, most = text.partition(":")
    if not mark:
        raise SpecError(f"{option} …={text}: not understood.", code="bad_option", remedy=f"Write {option} tv=0:90000.")
    return {name: _number(side, option) for name, side in (("low", least), ("high", most)) if side.strip()}


def _number(text: str, option: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise SpecError(f"{option}: '{text}' is no number.", code="bad_number", remedy="Write it as 90000.") from error


def _in_words(plan: Plan) -> str:
    """The answer, a line a channel, and what must be said beside it."""
    from mmm_core.planning.answer import HELD, SPLITS

    lines = [
        plan.headline(short),
        f"{plan.periods} {plan.grain.lower()}s from {plan.first} to {plan.last}, budget {plan.budget:,.2f}:",
        f"  {'channel':<20}" + "".join(f" {SPLITS[split.name].lower():>14}" for split in plan.splits),
    ]
    money = {split.name: {each.channel: each.spend for each in split.channels} for split in plan.splits}
    for each in plan.channels:
        held = f"  {HELD[each.held]}" if each.held else ""
        amounts = "".join(f" {split.get(each.channel, 0.0):>14,.2f}" for split in money.values())
        lines.append(f"  {each.channel:<20}{amounts}{held}")
    lines.append(f"  {'sales':<20}" + "".join(f" {split.sales.mean:>14,.0f}" for split in plan.splits))
    return "\n".join([*lines, *plan.notes(short)]).replace("\u00a0", " ")
