"""What is in a dataset's file: read once, kept typed, and taken from whenever a page, a run or a slider asks.

::

    file ──read──► RawTable ──type──► TypedFile ──kept──► typed_table.parquet
                                          │
              Asked (what a specification wants) ──narrowed──► report, canonical table

A file is opened when it comes, when the way it is read is decided anew, and when a person looks at its cells. A
specification takes columns of the typed table; only one that names a column without a role needs the file itself.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from mmm_core.errors import StorageError
from mmm_core.model.structure import parameter_count
from mmm_core.runs import reader
from mmm_core.spec import DatasetSettings, FixName, ReadingOptions, RunSpec
from mmm_core.table.asked import Asked
from mmm_core.table.fixes.preview import Preview
from mmm_core.table.long.measures import with_measures_as_columns
from mmm_core.table.reading.limits import MAX_BYTES
from mmm_core.table.reading.raw_table import RawTable
from mmm_core.table.reading.reading import read_table
from mmm_core.table.stored import FileNote, from_stored, to_stored
from mmm_core.table.typed import CanonicalData
from mmm_core.table.typed_file import TypedFile, narrowed
from mmm_core.table.validation import Validated, ValidationReport, check_file, require_valid, type_file
from mmm_core.workspace import storage

REPORT, CANONICAL, TYPED = "validation_summary.json", "canonical_data.parquet", "typed_table.parquet"
"""What is kept of a table in its folder; the typed one with cells that could not be read, and rows of the file."""
MOST_REMEMBERED = 64
BYTES_REMEMBERED = 48 * 2**20
"""Most tables kept in memory, and most bytes of their files together; the newest is kept whatever its size."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file and how it is read: all that decides a typed table.

    ``kept`` is the folder that its typed table is kept in; None: nowhere.
    """

    path: Path
    name: str
    content_hash: str
    settings: DatasetSettings
    kept: Path | None = None

    @property
    def identity(self) -> str:
        """Changes if and only if the typed table may have changed."""
        return storage.content_hash(f"{self.content_hash}{self.settings.model_dump_json()}".encode())

    def content(self) -> bytes:
        """Bytes of the file."""
        return storage.read_upload(self.path, MAX_BYTES)

    def size(self) -> int:
        """Bytes of the file; 0 where it is gone."""
        try:
            return self.path.stat().st_size
        except OSError:
            return 0


@dataclass(frozen=True, slots=True)
class Prepared:
    """A file that was read and checked.

    ``content_hash`` is that of the file's bytes; ``validated`` holds the report with every issue.
    """

    name: str
    content_hash: str
    validated: Validated

    @property
    def report(self) -> ValidationReport:
        """Every issue of the table."""
        return self.validated.report

    def canonical(self) -> CanonicalData:
        """The canonical table.

        Raises
        ------
        DataError
            The table has errors; the first is named, with its remedy.
        """
        return require_valid(self.validated)


type Key = tuple[Path, *tuple[Hashable, ...]]
"""A file, and what else decides a value that was made of it."""


class _Remembered[V]:
    """The values used last, by their key; shared by all threads of the process."""

    def __init__(self) -> None:
        self._values: OrderedDict[Key, tuple[V, int]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Key, make: Callable[[], V], *, size: int) -> V:
        """The value of a key, made where it is not known; ``size`` is that of the file behind it (bytes)."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                return self._values[key][0]
        value = make()
        with self._lock:
            self._values[key] = value, size
            while len(self._values) > 1 and self._is_full():
                self._values.popitem(last=False)
        return value

    def known(self) -> list[Key]:
        with self._lock:
            return list(self._values)

    def drop(self, wanted: Callable[[Key], bool]) -> None:
        with self._lock:
            for key in [key for key in self._values if wanted(key)]:
                del self._values[key]

    def _is_full(self) -> bool:
        return len(self._values) > MOST_REMEMBERED or sum(size for _, size in self._values.values()) > BYTES_REMEMBERED


_files: _Remembered[TypedFile] = _Remembered()
_reports: _Remembered[Validated] = _Remembered()
_previews: _Remembered[Preview] = _Remembered()


def prepare(
    content: bytes,
    name: str,
    settings: DatasetSettings | None = None,
    spec: RunSpec | None = None,
    *,
    today: date | None = None,
) -> Prepared:
    """Read and check a table that is no dataset's.

    Parameters
    ----------
    content, name
        The file's bytes and its name; the name is a label and a hint at the format.
    settings
        How the file becomes a table; default: those in the specification, or all detected.
    spec
        Names the target, drivers and controls; without it they go by prefix.

    Raises
    ------
    DataError
        The file cannot be read as a table. What is wrong within a table is in the report.
    SpecError
        The specification names columns that the table does not have.
    """
    settings = settings or (spec.dataset if spec else None) or DatasetSettings()
    asked = Asked.of(spec) if spec else None
    file = type_file(read_table(content, name, settings.reading), settings, asked)
    return Prepared(name, storage.content_hash(content), _checked(file, settings, asked, today or date.today()))


def take(content: bytes, name: str, settings: DatasetSettings) -> Prepared:
    """The same in a process that may be lost: for files that others send; see :func:`prepare` for the errors."""
    return Prepared(name, storage.content_hash(content), reader.check(content, name, settings))


def typed(content: bytes, name: str, settings: DatasetSettings) -> TypedFile:
    """The columns of a file that others send, not checked; see :func:`prepare` for the errors."""
    return reader.type_columns(content, name, settings)


def read_file(
    path: Path, settings: DatasetSettings | None = None, spec: RunSpec | None = None, *, today: date | None = None
) -> Prepared:
    """Read and check a file that a person named; see :func:`prepare`."""
    return prepare(storage.read_upload(path, MAX_BYTES), path.name, settings, spec, today=today)


def open_table(source: Source, spec: RunSpec | None = None) -> Prepared:
    """A dataset's table with the columns of a specification, checked; see :func:`prepare` for the errors.

    Whatever can be is taken from memory or from the typed table on disk.
    """
    asked, today = Asked.of(spec) if spec else None, date.today()
    key = (source.path, source.identity, asked, today)
    validated = _reports.get(key, lambda: _validated(source, asked, today), size=source.size())
    return Prepared(source.name, source.content_hash, validated)


def preview(source: Source, fix: FixName) -> Preview:
    """What a repair would change in a dataset's table, beside those that were asked for; nothing is changed.

    Raises
    ------
    DataError, SpecError
        The file cannot be read as its settings say.
    """
    key = (source.path, source.identity, fix)
    # Nothing of the file is kept but a few rows.
    return _previews.get(key, lambda: reader.preview(source.content(), source.name, source.settings, fix), size=0)


def keep_table(folder: Path, source: Source, prepared: Prepared) -> None:
    """Keep a table's report, its typed table and, where it has no errors, its canonical one in a dataset's folder."""
    storage.write_json(folder / REPORT, prepared.report)
    keep_typed(folder, source, prepared.validated.file)
    if prepared.report.ok:
        storage.write_parquet(folder / CANONICAL, prepared.canonical().frame)
    else:
        (folder / CANONICAL).unlink(missing_ok=True)


def keep_typed(folder: Path, source: Source, file: TypedFile) -> None:
    """Keep a typed table in a dataset's folder: whoever asks next need not read the file."""
    rows, note = to_stored(file, source.identity)
    storage.write_parquet(folder / TYPED, rows, note=note)


def raw_table(source: Source) -> RawTable:
    """A file's cells as they were written."""
    return _read_raw(source.path, source.name, source.content_hash, source.settings.reading.model_dump_json())


def columns_table(source: Source) -> RawTable:
    """A file's cells by the columns that play roles: with one for each measure, where that was asked for."""
    return with_measures_as_columns(raw_table(source), source.settings).raw


def remembered() -> frozenset[Path]:
    """Files of which something is kept in memory."""
    return frozenset(path for values in (_files, _reports, _previews) for path, *_ in values.known())


def forget(folder: Path) -> None:
    """Forget what is kept in memory of a dataset that was deleted."""
    for values in (_files, _reports, _previews):
        values.drop(lambda key: folder in key[0].parents)
    _read_raw.cache_clear()


def _validated(source: Source, asked: Asked | None, today: date) -> Validated:
    file = _files.get((source.path, source.identity), lambda: _typed(source), size=source.size())
    if asked is not None:
        # A column without a role, or in another than its own: only the file can tell.
        file = narrowed(file, asked) or reader.type_columns(source.content(), source.name, source.settings, asked)
    return _checked(file, source.settings, asked, today)


def _typed(source: Source) -> TypedFile:
    if source.kept is not None:
        with suppress(StorageError):  # made by an older version, or damaged: the file is there
            rows, note = storage.read_noted_parquet(source.kept / TYPED, FileNote)
            if note.identity == source.identity and note.questions is not None:
                return from_stored(rows, note)
    return reader.type_columns(source.content(), source.name, source.settings)


def _checked(file: TypedFile, settings: DatasetSettings, asked: Asked | None, today: date) -> Validated:
    return check_file(file, settings, asked, count_parameters=parameter_count, today=today)


@lru_cache(maxsize=2)
def _read_raw(path: Path, name: str, content_hash: str, reading: str) -> RawTable:  # noqa: ARG001 - a key of the cache
    return reader.read(storage.read_upload(path, MAX_BYTES), name, ReadingOptions.model_validate_json(reading))
