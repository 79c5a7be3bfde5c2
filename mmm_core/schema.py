"""What every file and message of ours is made of: frozen pydantic models, and their problems in words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError, model_validator
from pydantic_core import PydanticCustomError

LONGEST_NAMED = 80
MOST_NAMED = 20
"""So many problems of one input are named; more help nobody."""
_UNWRITABLE = re.compile("[\x00\ud800-\udfff]")


class Strict(BaseModel):
    """Frozen, no unknown keys, no NaN or infinity, no text that no file can hold."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    @model_validator(mode="before")
    @classmethod
    def _writable(cls, data: Any) -> Any:
        """Refuse null characters and halves of characters (lone surrogates) wherever text can stand."""
        if isinstance(data, dict) and (place := _unwritable_in(data)) is not None:
            raise PydanticCustomError(
                "string_unwritable",
                "{place}: the text holds a null character or half a character, which no file can keep",
                {"place": place},
            )
        return data


def _unwritable_in(value: Any, place: str = "") -> str | None:
    """Where text that cannot be written stands; None: nowhere."""
    if isinstance(value, str):
        return (place or "text") if _UNWRITABLE.search(value) else None
    if isinstance(value, dict):
        parts = [(str(key).encode("ascii", "replace").decode()[:40], each) for key, each in value.items()]
        names = next((name for (name, _), key in zip(parts, value, strict=True) if _unwritable_in(str(key))), None)
        if names is not None:
            return f"{place}.{names}".lstrip(".")
    else:
        parts = [(str(i), each) for i, each in enumerate(value)] if isinstance(value, list | tuple) else []
    found = (_unwritable_in(each, f"{place}.{name}".lstrip(".")) for name, each in parts)
    return next((each for each in found if each is not None), None)


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
    more = len(problems) - MOST_NAMED
    named = [_describe(problem) for problem in problems[:MOST_NAMED]]
    return "; ".join([*named, f"and {more} more"] if more > 0 else named)


def _describe(problem: Any) -> str:
    place = ".".join(str(part)[:LONGEST_NAMED] for part in problem["loc"]) or "specification"
    if problem["type"] == "extra_forbidden":
        return f"{place}: unknown field"
    if problem["type"] == "missing":
        return f"{place}: missing"
    if problem["type"] == "string_unwritable":
        return str(problem["msg"])
    if problem["type"] == "value_error":
        return str(problem["msg"]).removeprefix("Value error, ")
    return f"{place}: {problem['msg'][0].lower()}{problem['msg'][1:]}, found {str(problem['input'])[:80]!r}"
