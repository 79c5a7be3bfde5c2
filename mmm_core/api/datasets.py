"""Datasets over HTTP: upload a table, validate it, look at it, list, delete."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, File, Form, Path, Request, Response, UploadFile
from pydantic import AwareDatetime, Field, Json

from mmm_core.api.access import At
from mmm_core.api.paging import Limit, Offset, Page
from mmm_core.api.problems import responses
from mmm_core.errors import DataError
from mmm_core.runs import datasets, retention
from mmm_core.runs.datasets import Dataset, Units
from mmm_core.runs.doubts import asking
from mmm_core.runs.doubts.asking import DoubtCosts
from mmm_core.schema import Strict
from mmm_core.spec import DatasetSettings, FixName
from mmm_core.table.fixes.preview import Preview
from mmm_core.table.reading.limits import MAX_BYTES
from mmm_core.table.reading.raw_table import DetectedFormat
from mmm_core.table.validation import ValidationReport
from mmm_core.workspace.desk import Desk
from mmm_core.workspace.storage import ID_PATTERN

router = APIRouter(prefix="/datasets", tags=["datasets"])

DatasetId = Annotated[
    str,
    Path(pattern=f"^{ID_PATTERN.pattern}$", description="Id of a dataset.", examples=["sample_001"]),
]


class DatasetInfo(Strict):
    """A table of the workspace: what was found in its file, and what was decided about it."""

    dataset_id: str
    label: str = Field(description="The file's name, or one that a person gave.")
    created_at: AwareDatetime
    read_only: bool = Field(description="Shipped with the product: cannot be changed or deleted.")
    validated: bool = Field(description="Whether its content has been looked at, with the settings that it has now.")
    units: Units
    settings: DatasetSettings
    detected: DetectedFormat
    content_hash: str = Field(description="Hash of the file's bytes.")


class DatasetList(Page):
    """Part of the list of datasets: own ones, newest first, then those that ship with the product."""

    datasets: tuple[DatasetInfo, ...]


class DatasetRevision(Strict):
    """What is to be decided anew about a dataset; what is left out stays."""

    settings: DatasetSettings | None = Field(None, description="How the file becomes a table: format, columns, fixes.")
    units: Units | None = Field(None, description="Units that sentences and charts use.")
    label: str | None = Field(None, min_length=1, max_length=200, description="A name for the dataset.")


@router.post(
    "/upload",
    status_code=201,
    operation_id="upload_dataset",
    summary="Upload a table",
    responses=responses(400, 413, 422),
)
def upload(
    request: Request,
    response: Response,
    desk: At,
    file: Annotated[
        UploadFile, File(description="CSV, Excel or Parquet file.", json_schema_extra={"format": "binary"})
    ],
    settings: Annotated[
        Json[DatasetSettings] | None,
        Form(description="How the file becomes a table, as JSON; left out: all is detected.", examples=["{}"]),
    ] = None,
) -> DatasetInfo:
    """Take a file into the workspace. It must be a table; what is wrong *within* it is told by `validate`."""
    # One byte more than is allowed tells a file that is too large from one that just fits.
    content = file.file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise DataError(
            f"The file has more than {MAX_BYTES // 2**20} MB.",
            code="too_large",
            remedy="Leave out columns or rows that the model does not need, or sum to weeks first.",
        )
    dataset = datasets.create_dataset(desk, content, file.filename or "table", settings=settings, check=False)
    response.headers["Location"] = f"{request.scope.get('root_path', '')}/datasets/{dataset.dataset_id}"
    return _info(desk, dataset)


@router.post(
    "/{dataset_id}/validate",
    operation_id="validate_dataset",
    summary="Validate a dataset",
    responses=responses(400, 403, 404, 422),
)
def validate(dataset_id: DatasetId, desk: At, revision: DatasetRevision | None = None) -> ValidationReport:
    """Look at a dataset's content and report every issue; 200 even if there are errors.

    A body changes how the file is read, which column plays which role, and which fixes apply.
    """
    changes = revision or DatasetRevision()
    return datasets.validate_dataset(
        desk, dataset_id, settings=changes.settings, units=changes.units, label=changes.label
    )


@router.get("/{dataset_id}", operation_id="get_dataset", summary="Look at a dataset", responses=responses(404))
def get_dataset(dataset_id: DatasetId, desk: At) -> DatasetInfo:
    """What was found in a dataset's file, and what was decided about it."""
    return _info(desk, datasets.get_dataset(desk, dataset_id))


@router.get(
    "/{dataset_id}/fixes/{fix}",
    operation_id="preview_fix",
    summary="See what a fix would change",
    responses=responses(404, 422),
)
def preview_fix(
    dataset_id: DatasetId,
    fix: Annotated[FixName, Path(description="Name of a fix.", examples=["drop_exact_duplicates"])],
    desk: At,
) -> Preview:
    """The first rows that would change, go or come, before and after; nothing is changed."""
    return datasets.preview_fix(desk, dataset_id, fix)


@router.get(
    "/{dataset_id}/doubts",
    operation_id="get_doubts",
    summary="What each repair would do",
    responses=responses(404, 422),
)
def get_doubts(dataset_id: DatasetId, desk: At) -> DoubtCosts:
    """What each repair that the report offers would do to the table and to the answer, the worst doubt first.

    It is computed in the background when it is first asked for: ask again until `state` is no longer `computing`.
    """
    return asking.ask(desk, dataset_id)


@router.get("", operation_id="list_datasets", summary="List datasets", responses=responses(422))
def list_datasets(desk: At, limit: Limit = 50, offset: Offset = 0) -> DatasetList:
    """Own datasets, newest first, then those that ship with the product."""
    available = datasets.list_datasets(desk)
    shown = tuple(_info(desk, each) for each in available[offset : offset + limit])
    return DatasetList(datasets=shown, total=len(available), limit=limit, offset=offset)


@router.delete(
    "/{dataset_id}",
    status_code=204,
    operation_id="delete_dataset",
    summary="Delete a dataset",
    responses=responses(403, 404),
)
def delete_dataset(dataset_id: DatasetId, desk: At) -> None:
    """Remove a dataset, its file and its live estimates; runs that were made from it keep what they need."""
    retention.delete_dataset(desk, dataset_id)


def _info(desk: Desk, dataset: Dataset) -> DatasetInfo:
    return DatasetInfo(
        dataset_id=dataset.dataset_id,
        label=dataset.label,
        created_at=dataset.created_at,
        read_only=dataset.read_only,
        validated=datasets.is_checked(desk, dataset.dataset_id),
        units=dataset.units,
        settings=dataset.settings,
        detected=dataset.detected,
        content_hash=dataset.content_hash,
    )
