from mmm_core.table.calendar.month_names import plain_letters
from mmm_core.table.guessing import vocabulary


def words_of(name: str) -> set[str]:
    group = getattr(vocabulary, name)
    return set(group) if isinstance(group, frozenset) else set()


def test_words_are_in_plain_letters_as_names_are_compared():
    every = {word for name in vars(vocabulary) if name.isupper() for word in words_of(name)}
    assert len(every) > 800
    assert sorted(word for word in every if word != plain_letters(word)) == []


def test_what_is_bought_is_no_control_and_no_activity():
    assert vocabulary.SALES.isdisjoint(vocabulary.CONTROL | vocabulary.ACTIVITY | vocabulary.SPEND)
    assert vocabulary.COUNTED.isdisjoint(vocabulary.CONTROL | vocabulary.ACTIVITY)
    assert vocabulary.SPEND.isdisjoint(vocabulary.ACTIVITY)
    assert vocabulary.OUTCOME.isdisjoint(vocabulary.CONTROL | vocabulary.ACTIVITY)
