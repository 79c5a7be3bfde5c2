"""What every file and message of ours is made of: frozen pydantic models, and their problems in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError
from pydantic_core import PydanticCustomError


class Strict(BaseModel):
    """Frozen, no unknown keys, no NaN or infinity."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


def _number(value: Any) -> Any:
    """Refuse what could only be guessed to be a number: a word, or true and false."""
    if isinstance(value, bool | str):
        raise PydanticCustomError("number_type", "Input should be a number")
    return value


Real = Annotated[float, BeforeValidator(_number)]
Whole = Annotated[int, BeforeValidator(_number)]


def describe_problems(error: ValidationError) -> str:
    """The problems of a validation error in one line: field, what is wrong, what was found."""
    return describe_found(error.errors(include_url=False))


def describe_found(problems: Sequence[Any]) -> str:
    """The same for problems as pydantic lists them."""
    return "; ".join(_describe(problem) for problem in problems)


def _describe(problem: Any) -> str:
    place = ".".join(str(part) for part in problem["loc"]) or "specification"
    if problem["type"] == "extra_forbidden":
        return f"{place}: unknown field"
    if problem["type"] == "missing":
        return f"{place}: missing"
    if problem["type"] == "value_error":
        return str(problem["msg"]).removeprefix("Value error, ")
    return f"{place}: {problem['msg'][0].lower()}{problem['msg'][1:]}, found {str(problem['input'])[:80]!r}"
