"""What worlds before a fit say, in words and channel by channel."""

from mmm_core.proof.before import outlook
from mmm_core.proof.before.outlook import FEWEST_WORLDS, WORLDS, Outlook
from mmm_core.proof.parts.recovery import Recovered, RecoveredWorld
from mmm_core.workspace import storage


def world(**reach: float) -> RecoveredWorld:
    """A world whose intervals reach so far; TV brings most."""
    return RecoveredWorld(
        channels=tuple(
            Recovered(
                channel=name,
                measure="return",
                brought={"tv": 9.0, "radio": 1.0}[name],
                truth=1.0,
                median=1.0,
                low=1 - half,
                high=1 + half,
            )
            for name, half in reach.items()
        )
    )


def found(now: int, later: int) -> Outlook:
    return Outlook(
        grain="WEEK",
        periods=104,
        periods_later=156,
        now=(world(radio=0.8, tv=0.4),) * now,
        later=(world(radio=0.6, tv=0.3),) * later,
    )


def said(now: int, later: int) -> list[str]:
    return [sentence.replace("\u00a0", " ") for sentence in found(now, later).sentences()]


def test_it_is_said_for_the_table_and_for_one_more_year_once_enough_is_known():
    assert found(FEWEST_WORLDS - 1, 2).sentences() == []
    assert said(FEWEST_WORLDS, 2) == [
        "With 104 weeks like these returns will be found to about TV ± 0.40 and Radio ± 0.80."
    ]
    assert said(4, 4)[1] == "With one more year, 156 weeks: TV ± 0.30 and Radio ± 0.60."


def test_channels_stand_by_what_they_bring_with_both_lengths():
    assert found(1, 0).channels() == []
    assert [(now.channel, round(now.reach, 6), later) for now, later in found(3, 0).channels()] == [
        ("tv", 0.4, None),
        ("radio", 0.8, None),
    ]
    assert [round(later.reach, 6) for _, later in found(3, 3).channels() if later] == [0.3, 0.6]


def test_one_more_year_is_told_by_what_it_does_to_each_world():
    """Worlds differ by far more than a year does: their widths are compared pair by pair."""
    wide, narrow = world(tv=4.0, radio=1.0), world(tv=0.4, radio=1.0)
    wider, narrower = world(tv=2.0, radio=0.5), world(tv=0.2, radio=0.5)
    known = found(0, 0).model_copy(update={"now": (wide, narrow, narrow), "later": (wider, narrower, narrower, wider)})
    assert [(round(now.reach, 6), round(later.reach, 6)) for now, later in known.channels()] == [(0.4, 0.2), (1, 0.5)]


def test_it_is_complete_when_all_worlds_are_there():
    assert (found(WORLDS, WORLDS).is_complete, found(WORLDS, WORLDS).fraction) == (True, 1.0)
    assert not found(WORLDS, WORLDS - 1).is_complete


def test_what_is_kept_comes_back_and_what_is_damaged_is_nothing(tmp_path):
    assert outlook.read(tmp_path) is None
    storage.write_json(tmp_path / outlook.FILE, found(1, 1))
    assert outlook.read(tmp_path) == found(1, 1)
    (tmp_path / outlook.FILE).write_text("{")
    assert outlook.read(tmp_path) is None
