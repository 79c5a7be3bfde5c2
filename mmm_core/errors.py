"""Every error that a person may see.

::

    MMMError
    ├── DataError      the table is at fault: a cell, a column, a file that cannot be read
    ├── SpecError      the run specification is at fault: a field, a value, a name not in the table
    ├── RunError       a run could not go on: wrong stage, sampler failure
    │   └── RunCancelledError   somebody asked it to stop
    ├── StorageError   the workspace is at fault: no such id, disk full, a file from a newer version
    ├── SettingError   a variable of the environment is at fault: no number where one was expected
    ├── BindingError   the server would stand open to other machines without login
    ├── ServiceError   the HTTP service is at fault, as a client sees it: no answer, a refusal, a breakdown
    └── TrackingError  a tracking server cannot be used: not installed, no answer, a refusal

A message says where, what was expected and what was found; ``remedy`` says what to do. ``code`` is
stable and machine-readable (``lower_snake_case``).
"""

from __future__ import annotations

from typing import ClassVar


class MMMError(Exception):
    """A failure with a reason and a way out, fit to be shown to a person.

    Parameters
    ----------
    message
        Where it happened, what was expected, what was found.
    code
        Stable identifier of the kind of failure.
    remedy
        What the person can do about it.
    column, row
        The place in the table, where there is one. Rows are numbered as in the file, the header
        being row 1.
    """

    default_code: ClassVar[str] = "error"

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        remedy: str = "",
        column: str | None = None,
        row: int | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.default_code
        self.remedy = remedy
        self.column = column
        self.row = row

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}".strip()


class DataError(MMMError):
    """The table is at fault."""

    default_code = "bad_data"


class SpecError(MMMError):
    """The run specification is at fault."""

    default_code = "bad_spec"


class RunError(MMMError):
    """A run cannot go on."""

    default_code = "run_failed"


class RunCancelledError(RunError):
    """A run was stopped because somebody asked for it."""

    default_code = "cancelled"


class StorageError(MMMError):
    """The workspace is at fault."""

    default_code = "storage_failed"


class SettingError(MMMError):
    """A setting of the process, ``MMM_…``, is at fault."""

    default_code = "bad_setting"


class BindingError(MMMError):
    """The server would be reached from other machines, and nobody would have to log in."""

    default_code = "unsafe_binding"


class ServiceError(MMMError):
    """The HTTP service does not answer, or refuses to."""

    default_code = "no_service"


class TrackingError(MMMError):
    """A run cannot be sent to where runs are tracked."""

    default_code = "tracking_failed"
