"""Where a run may be sent, and what is said of other places."""

import sqlite3
from contextlib import closing

import pytest

from mmm_core.errors import TrackingError
from mmm_core.exports.tracking import address
from mmm_core.exports.tracking.address import place_of


def test_a_server_s_password_is_never_shown():
    place = place_of("https://ana:s3cret@mlflow.example.com:8443/base/")
    assert place.address == "https://ana:s3cret@mlflow.example.com:8443/base"
    assert place.shown == "https://mlflow.example.com:8443/base"
    assert place.database is None
    assert place.files is None


def test_a_database_keeps_the_files_of_runs_beside_it(tmp_path):
    folder = tmp_path / "TV & Radio #1"
    folder.mkdir()
    place = place_of(f"sqlite:///{folder}/mlflow.db")
    assert place.database == folder / "mlflow.db"
    assert place.address == f"sqlite:///{folder}/mlflow.db"
    assert place.files == (folder / "mlartifacts").as_uri()
    assert list(folder.iterdir()) == []  # it was only looked at


def test_a_path_from_here_is_the_same_place_wherever_the_process_goes(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    place = place_of("sqlite:///mlflow.db")
    assert place.address == f"sqlite:///{tmp_path}/mlflow.db"
    assert place.shown == "sqlite:///mlflow.db"


def test_a_sign_that_mlflow_reads_otherwise_is_refused(tmp_path):
    (tmp_path / "50 %20").mkdir()
    with pytest.raises(TrackingError, match="reads a % in a path") as error:
        place_of(f"sqlite:///{tmp_path}/50 %20/mlflow.db")
    assert error.value.code == "bad_address"


@pytest.mark.parametrize(
    "given",
    [
        "", "mlflow.db", "mlruns", "file:///tmp/mlruns", "sqlite://mlflow.db", "sqlite:///", "sqlite:///:memory:",
        "sqlite:///a.db?mode=ro", "postgresql://ana:s3cret@host/db", "databricks", "http://", "http://host:port",
        "http://[::1", "ftp://ana:s3cret@host",
    ],
)  # fmt: skip
def test_what_is_no_place_is_refused_with_what_would_be_one(given):
    with pytest.raises(TrackingError, match="is no place for a run") as error:
        place_of(given)
    assert error.value.code == "bad_address"
    assert "sqlite:///mlflow.db" in error.value.remedy
    assert "s3cret" not in str(error.value)


def refused(given: str) -> TrackingError:
    with pytest.raises(TrackingError) as error:
        place_of(given)
    assert error.value.code == "tracking_unreachable"
    assert error.value.remedy
    return error.value


def test_a_database_that_cannot_be_written_is_refused_before_mlflow_tries_for_minutes(tmp_path, monkeypatch):
    monkeypatch.setattr(address, "LOCK_SECONDS", 0.01)
    assert "there is no folder" in str(refused(f"sqlite:///{tmp_path}/none/mlflow.db"))
    assert not (tmp_path / "none").exists()
    assert "unable to open" in str(refused(f"sqlite:///{tmp_path}"))
    (tmp_path / "text.db").write_text("no database\n" * 100)
    assert "not a database" in str(refused(f"sqlite:///{tmp_path}/text.db"))
    assert (tmp_path / "text.db").read_text().startswith("no database")
    with closing(sqlite3.connect(tmp_path / "held.db", isolation_level=None)) as other:
        other.execute("CREATE TABLE t (x)")
        other.execute("BEGIN EXCLUSIVE")
        assert "locked" in str(refused(f"sqlite:///{tmp_path}/held.db"))
        other.execute("ROLLBACK")
    # A database that may be written is left as it was.
    assert place_of(f"sqlite:///{tmp_path}/held.db").database
    with closing(sqlite3.connect(tmp_path / "held.db")) as again:
        assert again.execute("SELECT name FROM sqlite_master").fetchall() == [("t",)]
