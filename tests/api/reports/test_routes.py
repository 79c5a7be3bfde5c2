"""A report over HTTP: the file itself, by an address or a body, and every way to be refused."""

from __future__ import annotations

import base64
import io

import pytest
from pptx import Presentation

from tests.doors import problem
from tests.report.test_logo import picture

PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"


def test_a_page_by_its_address(http):
    asked = {"form": "html", "sections": ["fit", "data"], "title": "Spring", "numbers": "1.234,5"}
    answer = http.get("/runs/demo/report", params=asked)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="report_Spring.html"'
    assert "<h1>Spring</h1>" in answer.text
    assert 'id="plan"' not in answer.text


def test_slides_with_a_note_and_a_logo_by_a_body(http):
    logo = base64.b64encode(picture()).decode()
    asked = {"form": "pptx", "sections": ["fit"], "notes": {"fit": "Mine"}, "logo": logo}
    answer = http.post("/runs/demo/report", json=asked)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == PPTX
    deck = Presentation(io.BytesIO(answer.content))
    words = [shape.text_frame.text for slide in deck.slides for shape in slide.shapes if shape.has_text_frame]
    assert any("Note: Mine" in text for text in words)


@pytest.mark.parametrize(
    ("asked", "status", "code"),
    [
        ({"logo": base64.b64encode(b"<svg/>").decode()}, 422, "bad_logo"),
        ({"logo": "§"}, 422, "bad_logo"),
        ({"notes": {"weather": "x"}}, 422, "unknown_chart"),
        ({"sections": []}, 422, "invalid_request"),
        ({"form": "docx"}, 422, "invalid_request"),
        ({"margin": 7}, 422, "invalid_request"),
    ],
)
def test_bodies_that_cannot_be(http, asked, status, code):
    problem(http.post("/runs/demo/report", json={"sections": ["fit"]} | asked), status, code)


def test_addresses_that_cannot_be(http):
    problem(http.get("/runs/run-aaaaaaaaaaaa/report"), 404, "no_run")
    problem(http.get("/runs/demo/report", params={"form": "docx"}), 422, "invalid_request")
    problem(http.get("/runs/demo/report", params={"sections": "weather"}), 422, "invalid_request")
    problem(http.post("/runs/demo/report", content=b"x" * 2_000_000), 413, "too_large")
