"""Each repair has a sentence of its own: whoever reads one alone knows what would be done."""

import pytest

from mmm_core.spec import FIX_NAMES
from mmm_core.table.fixes.words import SENTENCES


def test_every_repair_has_a_sentence_in_the_order_of_application():
    assert tuple(SENTENCES) == FIX_NAMES
    assert len(set(SENTENCES.values())) == len(FIX_NAMES)


@pytest.mark.parametrize("fix", FIX_NAMES)
def test_a_sentence_stands_alone(fix):
    sentence = SENTENCES[fix]
    assert sentence.endswith(".")
    assert sentence[0].isupper()
    assert sentence.split()[0] not in ("They", "It", "Such", "These", "This")
    assert "_" not in sentence
