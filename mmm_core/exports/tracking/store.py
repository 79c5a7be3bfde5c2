"""The one file that knows MLflow: its client, kept quiet, and its failures in words.

MLflow tells its makers how it is used unless it is told not to. Here it is told: nothing goes anywhere but to the place
that was named.
"""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from mmm_core.errors import MMMError, TrackingError
from mmm_core.exports.about import one_line
from mmm_core.exports.tracking.address import Place

if TYPE_CHECKING:
    from mlflow import MlflowClient

EXTRA = ("mlflow-skinny", "sqlalchemy", "alembic")
"""What the extra ``mlflow`` of pyproject.toml brings: the client, and what it needs for a database."""
SILENT = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "DO_NOT_TRACK": "true",
    # It would print the address with its password, among what the command line prints for programs.
    "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
}
HURRIED = {"MLFLOW_HTTP_REQUEST_TIMEOUT": "5", "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1"}
"""Seconds and tries for the first question, which shows whether anybody answers; afterwards MLflow is as patient as it
is by itself, or as its own variables say."""
LONGEST_ANSWER = 300
"""Characters of MLflow's own words that are told."""
NO_ACCESS = ("UNAUTHENTICATED", "PERMISSION_DENIED", "CUSTOMER_UNAUTHORIZED")


@contextmanager
def connected(place: Place) -> Iterator[MlflowClient]:
    """A client of the place; whatever of MLflow fails within becomes an error with words.

    Raises
    ------
    TrackingError
        MLflow is not installed, nobody answers at the place, or who answers refuses.
    """
    os.environ |= SILENT  # before it is loaded
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of libraries that speak of one another
        client_of, failures = _library(place)
        caught: tuple[type[Exception], ...] = (*failures, OSError)
        try:
            with _in_a_hurry():
                client = client_of(tracking_uri=place.address)
                client.search_experiments(max_results=1)
            yield client
        except MMMError:
            raise
        except ImportError as error:
            raise TrackingError(
                f"The files of {place.shown} are kept where a library is needed that is missing: {error.name}.",
                code="mlflow_missing",
                remedy=f"Install it: python -m pip install {error.name}.",
            ) from error
        except caught as error:
            raise _in_words(place, error) from error


def _library(place: Place) -> tuple[type[MlflowClient], tuple[type[Exception], ...]]:
    """MLflow's client and the kinds of its failures."""
    try:
        from mlflow import MlflowClient
        from mlflow.exceptions import MlflowException

        logging.getLogger("mlflow").setLevel(logging.ERROR)
        if place.database is None:
            return MlflowClient, (MlflowException,)
        import alembic  # noqa: F401
        from sqlalchemy.exc import SQLAlchemyError
    except ImportError as error:
        raise TrackingError(
            f"MLflow is not installed here as a whole: {(error.name or 'mlflow').partition('.')[0]} is missing.",
            code="mlflow_missing",
            remedy=f"Install the extra 'mlflow': python -m pip install {' '.join(EXTRA)}.",
        ) from error
    return MlflowClient, (MlflowException, SQLAlchemyError)


@contextmanager
def _in_a_hurry() -> Iterator[None]:
    ours: Mapping[str, str] = {name: value for name, value in HURRIED.items() if name not in os.environ}
    os.environ |= ours
    try:
        yield
    finally:
        for name in ours:
            os.environ.pop(name, None)


def _in_words(place: Place, error: Exception) -> TrackingError:
    said = one_line(str(error)).replace(place.address, place.shown)
    said = said if len(said) <= LONGEST_ANSWER else f"{said[:LONGEST_ANSWER]}…"
    code = str(getattr(error, "error_code", ""))
    if _is_out_of_reach(error):
        return TrackingError(
            f"Nobody answers at {place.shown}.",
            code="tracking_unreachable",
            remedy="Check the address, and that the MLflow server runs and can be reached from this machine.",
        )
    if code in NO_ACCESS:
        return TrackingError(
            f"{place.shown} refuses: {said}",
            code="tracking_refused",
            remedy="Set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN.",
        )
    if place.database is None:
        return TrackingError(
            f"{place.shown} does not do what an MLflow server does: {said}",
            code="tracking_refused",
            remedy="Check that the address is that of an MLflow server of version 2 or newer, without anything behind "
            "its path, and that it may be written.",
        )
    return TrackingError(
        f"MLflow cannot use {place.shown}: {said}",
        code="tracking_refused",
        remedy="If another version of MLflow made the database, bring it up to date: mlflow db upgrade "
        f"{place.shown}. Or name another file.",
    )


def _is_out_of_reach(error: BaseException) -> bool:
    """Whether no connection came about, or none that answered in time."""
    from requests.exceptions import ConnectionError as NoConnection
    from requests.exceptions import RetryError, Timeout

    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, NoConnection | Timeout) and not isinstance(seen, RetryError):
            return True
        seen = seen.__cause__ or seen.__context__
    return False
