"""A finished run as a proof reads it, and fits like it."""

import shutil

import numpy as np
import pytest

from mmm_core.errors import RunCancelledError, StorageError
from mmm_core.proof.subject import DRAWS_OF_A_REFIT, read_subject, refitter
from mmm_core.results.contributions import totals_of
from mmm_core.results.effects import values_of
from mmm_core.runs.folder import FITTED, change_manifest
from tests.proof.subjects import subject_of


@pytest.mark.parametrize("name", ["fit", "estimated_fit"])
def test_totals_alone_are_those_of_the_tables(name, request):
    fit = request.getfixturevalue(name)
    alone, whole = totals_of(fit.features, values_of(fit.posterior)), fit.contributions.totals
    for part in ("additive", "removal", "next_percent", "baseline", "fitted"):
        np.testing.assert_allclose(getattr(alone, part), getattr(whole, part), rtol=1e-12, err_msg=part)


def test_a_run_is_read_as_it_was_fitted(fitted_folder):
    subject = read_subject(fitted_folder)
    assert subject.channels == [channel.channel for channel in subject.summary.channels]
    assert len(subject.table.frame) == len(subject.fitted) == len(subject.features.target)
    # The draws are those of the summary: the same totals come out of them.
    shares = np.median(subject.totals.additive / subject.totals.fitted, axis=-1)
    np.testing.assert_allclose(shares, [channel.share.shown for channel in subject.summary.channels], rtol=1e-9)
    assert (subject.settings_before, subject.tried) == (0, ())


def test_how_many_settings_were_tried_before_comes_from_the_manifest(fitted_folder, tmp_path):
    folder = shutil.copytree(fitted_folder, tmp_path / "run")
    change_manifest(folder, drafts_before=12)
    assert read_subject(folder).settings_before == 12


def test_a_file_that_is_not_what_was_written_is_refused(fitted_folder, tmp_path):
    folder = shutil.copytree(fitted_folder, tmp_path / "run")
    (folder / FITTED).write_bytes(b"nothing")
    with pytest.raises(StorageError, match=r"fitted\.parquet"):
        read_subject(folder)


@pytest.mark.parametrize("name", ["fit", "estimated_fit"])
def test_a_refit_has_fewer_draws_and_much_the_same_answer(name, request, compiled):
    own = subject_of(request.getfixturevalue(name))
    again = refitter(compiled)(own.table, own.spec)
    assert again.values["intercept"].shape == (2 * DRAWS_OF_A_REFIT,)
    for here, there in zip(own.summary.channels, again.summary.channels, strict=True):
        assert here.channel == there.channel
        assert here.share.low < there.share.shown < here.share.high


@pytest.mark.parametrize(("name", "most"), [("fit", 0.0), ("estimated_fit", 0.01)])
def test_without_media_no_channel_brings_anything(name, most, request, compiled):
    own = subject_of(request.getfixturevalue(name))
    without = refitter(compiled)(own.table, own.spec, media=False)
    assert without.summary.media_share.high <= most
    assert own.summary.media_share.low > 0.02


def test_a_refit_that_is_to_end_ends(fit, compiled):
    own = subject_of(fit)
    with pytest.raises(RunCancelledError):
        refitter(compiled, lambda: "discard")(own.table, own.spec)
