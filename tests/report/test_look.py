"""How a report looks: the colours of our charts, in both schemes."""

import re

from mmm_core.charts.style import DARK, LIGHT
from mmm_core.report.look import SCRIPT, style


def test_both_themes_are_in_the_stylesheet_and_no_token_is_left():
    made = style()
    for tokens in (LIGHT, DARK):
        for colour in (tokens.paper, tokens.card, tokens.ink, tokens.muted, tokens.line, tokens.accent):
            assert colour in made
    assert not re.search(r"#[A-Z]{3,}", made.replace("#FFFFFF", ""))
    assert "url(" not in made + SCRIPT
    assert "http" not in made + SCRIPT
