"""Limits are judged as they are written."""

from mmm_core.proof.part import judge, worst


def test_a_figure_at_its_limit_is_inside():
    assert [judge(value, (0.2, 0.5)) for value in (0.2, 0.21, 0.5, 0.51)] == ["pass", "look", "look", "stop"]
    low = [judge(value, (0.75, 0.6), small_is_good=False) for value in (0.75, 0.74, 0.6, 0.59)]
    assert low == ["pass", "look", "look", "stop"]


def test_the_worst_of_some_is_said():
    assert worst(["pass", "stop", "look"]) == "stop"
    assert worst(["pass", "look"]) == "look"
    assert worst(["pass"]) == "pass"
