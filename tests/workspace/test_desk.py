"""Who works where: one's own folders are found, and everybody else's are not there, in the same words."""

import pytest

from mmm_core import shipped
from mmm_core.errors import StorageError
from mmm_core.runs import datasets, fits, runs
from mmm_core.runs.drafts import Draft
from mmm_core.workspace import storage
from mmm_core.workspace.desk import Desk, owner_of
from mmm_core.workspace.storage import Workspace
from tests.engines import demo_spec
from tests.malformed import good_rows, table

KINDS = ("dataset", "run", "draft")
WORDS = {"dataset": "There is no dataset", "run": "There is no run", "draft": "is gone"}
CODES = {"dataset": "no_dataset", "run": "no_run", "draft": "no_draft"}
SAYS_WHOSE = {"dataset": "dataset.json", "run": "manifest.json", "draft": "manifest.json"}


@pytest.fixture(scope="module")
def ann(tmp_path_factory) -> Desk:
    return Desk(Workspace(tmp_path_factory.mktemp("workspace")), "ann")


def made(desk: Desk, kind: str) -> str:
    """Id of a fresh dataset, run or live estimate of somebody."""
    if kind == "dataset":
        return datasets.create_dataset(desk, table(good_rows()), "t.csv", check=False).dataset_id
    if kind == "run":
        return runs.create(desk, demo_spec(), fresh=True).run_id
    draft_id = storage.new_id("draft")
    folder = desk.workspace.draft_dir(draft_id)
    folder.mkdir(parents=True)
    fits.fill(folder, desk, demo_spec())
    storage.write_json(folder / "draft.json", Draft(draft_id=draft_id, lineage="lineage-a", number=1))
    return draft_id


def found(desk: Desk, kind: str, identifier: str):
    return getattr(desk, f"{kind}_dir")(identifier)


def refusal(desk: Desk, kind: str, identifier: str) -> StorageError:
    """The error of looking for something that is not there."""
    with pytest.raises(StorageError, match=WORDS[kind]) as refused:
        found(desk, kind, identifier)
    assert refused.value.code == CODES[kind]
    assert refused.value.remedy
    return refused.value


@pytest.mark.parametrize("kind", KINDS)
def test_one_s_own_folder_is_found(ann, kind):
    identifier = made(ann, kind)
    assert found(ann, kind, identifier) == ann.workspace.root / f"{kind}s" / identifier
    assert found(Desk(ann.workspace, "ann"), kind, identifier).is_dir()


@pytest.mark.parametrize("kind", KINDS)
def test_somebody_else_s_is_told_in_the_words_of_what_never_was(ann, kind):
    theirs, never = made(ann, kind), "x" * len(made(ann, kind))
    bob = Desk(ann.workspace, "bob")
    said, of_nothing = (refusal(bob, kind, identifier) for identifier in (theirs, never))
    assert str(said).replace(theirs, never) == str(of_nothing)
    assert "ann" not in str(said).replace(theirs, "")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("owner", ["", "Ann", "ann ", "an", "*", "../ann"])
def test_an_owner_who_is_only_like_another_is_another(ann, kind, owner):
    refusal(Desk(ann.workspace, owner), kind, made(ann, kind))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("content", [None, b"", b"{", b"[]", b'{"owner": 7}', b'{"name": "ann"}', b"\xff\xfe"])
def test_a_folder_that_does_not_say_whose_it_is_is_nobody_s(ann, kind, content):
    identifier = made(ann, kind)
    path = found(ann, kind, identifier) / SAYS_WHOSE[kind]
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    refusal(ann, kind, identifier)
    assert owner_of(path.parent) is None


@pytest.mark.parametrize("kind", KINDS)
def test_a_folder_that_a_newer_version_wrote_is_still_its_owner_s_and_says_so(ann, kind):
    identifier = made(ann, kind)
    path = found(ann, kind, identifier) / SAYS_WHOSE[kind]
    path.write_text('{"format_version": 2, "owner": "ann", "galaxy": "far away"}')
    assert found(ann, kind, identifier) == path.parent
    refusal(Desk(ann.workspace, "bob"), kind, identifier)
    if kind != "draft":
        read = datasets.get_dataset if kind == "dataset" else runs.get_manifest
        with pytest.raises(StorageError, match="newer version"):
            read(ann, identifier)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("bad", ["..", "../runs", "A", "", "a/b", "x" * 65])
def test_what_is_no_id_is_never_looked_for(ann, kind, bad):
    with pytest.raises(StorageError, match="is not an id"):
        found(ann, kind, bad)


def test_the_shipped_run_is_everybody_s_and_shipped_tables_have_no_folder(ann):
    for owner in ("ann", "anybody"):
        at = Desk(ann.workspace, owner)
        assert at.run_dir(shipped.DEMO) == shipped.RUNS[shipped.DEMO]
        refusal(at, "dataset", shipped.DEMO)
        refusal(at, "draft", shipped.DEMO)


def test_a_folder_in_the_place_of_a_shipped_run_is_not_taken_for_it(ann):
    ann.workspace.run_dir(shipped.DEMO).mkdir(parents=True)
    storage.write_bytes(ann.workspace.run_dir(shipped.DEMO) / "manifest.json", b'{"owner": "ann"}')
    assert ann.run_dir(shipped.DEMO) == shipped.RUNS[shipped.DEMO]
