"""One form of numbers everywhere, and names as they were given."""

import pytest

from mmm_core.report.written import Writing, printable


@pytest.mark.parametrize(
    ("english", "other"),
    [
        ("16,338,761 € in 156 weeks", "16.338.761 € in 156 weeks"),
        ("25.6\u00a0% (21.1–31.7\u00a0%)", "25,6\u00a0% (21,1–31,7\u00a0%)"),
        ("1,234.5, and then 2.", "1.234,5, and then 2."),
        ("TV, Radio and 3 more, of 10.", "TV, Radio and 3 more, of 10."),
        ("mmm_core 0.1.0 on 2026-11-28", "mmm_core 0.1.0 on 2026-11-28"),
        ("−0.5 to 1.20 M", "−0,5 to 1,20 M"),
        ("%{y:,.0f} of %{customdata[0]}", "%{y:,.0f} of %{customdata[0]}"),
        ("sha256:12.5", "sha256:12,5"),
    ],
)
def test_numbers_change_and_words_do_not(english, other):
    assert Writing("1,234.5").text(english) == english
    assert Writing("1.234,5").text(english) == other


def test_names_of_people_keep_their_numbers():
    writing = Writing("1.234,5", {"TV 2.5", "sales_1.5.csv", "TV"})
    assert writing.text("TV 2.5 of sales_1.5.csv brought 2.5 %") == "TV 2.5 of sales_1.5.csv brought 2,5 %"


def test_words_of_a_figure_change_and_its_values_and_colours_do_not():
    figure = {
        "data": [{"x": [1.5], "text": ["1.5 k"], "marker": {"color": "rgba(1,2,3,0.5)"}, "customdata": [["2.25"]]}],
        "layout": {
            "xaxis": {"labelalias": {"1.5k": "1.5 k"}, "title": {"text": "from 10.5 M"}},
            "font": {"family": "A 1.5"},
        },
    }
    found = Writing("1.234,5").figure(figure)
    assert found["data"] == [
        {"x": [1.5], "text": ["1,5 k"], "marker": {"color": "rgba(1,2,3,0.5)"}, "customdata": [["2,25"]]}
    ]
    assert found["layout"]["xaxis"] == {"labelalias": {"1,5k": "1,5 k"}, "title": {"text": "from 10,5 M"}}
    assert (found["layout"]["separators"], found["layout"]["font"]) == (",.", {"family": "A 1.5"})
    assert Writing("1,234.5").figure(figure)["layout"]["separators"] == ".,"


def test_what_no_document_may_hold_is_left_out():
    assert printable("a\0b\x0bc\nd\ufffe") == "abc\nd"
