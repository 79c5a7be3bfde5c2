"""Databases of MLflow, made once: its tables take it seconds."""

import shutil
from pathlib import Path

import pytest

from mmm_core.exports.tracking.address import place_of
from mmm_core.exports.tracking.store import connected


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory) -> Path:
    """A database with MLflow's tables and nothing in them."""
    path = tmp_path_factory.mktemp("mlflow") / "empty.db"
    with connected(place_of(f"sqlite:///{path}")):
        pass
    return path


@pytest.fixture
def fresh(empty_database, tmp_path) -> str:
    """Address of an empty database of one's own."""
    shutil.copy(empty_database, tmp_path / "mlflow.db")
    return f"sqlite:///{tmp_path}/mlflow.db"
