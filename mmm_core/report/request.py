"""What may be asked of a report: its form, its sections, its title, a logo, notes, and how its numbers are written."""

from __future__ import annotations

from typing import Literal, get_args

from pydantic import Field, field_validator

from mmm_core.report.logo import MOST_TEXT
from mmm_core.runs.datasets import LEAST_MARGIN
from mmm_core.schema import Real, Strict

type Form = Literal["html", "pdf", "pptx"]
type SectionName = Literal[
    "headline", "channels", "sureness", "returns", "fit", "curves", "plan", "proof", "settings", "data", "definitions"
]
type Numbers = Literal["1,234.5", "1.234,5"]

FORMS: tuple[Form, ...] = get_args(Form.__value__)
SECTIONS: tuple[SectionName, ...] = get_args(SectionName.__value__)
"""All of them, in the order of the report."""
NUMBERS: tuple[Numbers, ...] = get_args(Numbers.__value__)
MEDIA_TYPES: dict[Form, str] = {
    "html": "text/html; charset=utf-8",
    "pdf": "application/pdf",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
LONGEST_TITLE = 120
LONGEST_NOTE = 1000
MOST_NOTES = 60
LONGEST_NAME = 200


class ReportRequest(Strict):
    """What is asked of a report; all of it may be left out."""

    form: Form = Field("html", description="html: one page that needs no network; pdf; pptx: slides.")
    sections: tuple[SectionName, ...] = Field(
        SECTIONS, min_length=1, description="Sections to hold; they come in the report's own order."
    )
    title: str = Field("", max_length=LONGEST_TITLE, description="Title; empty: the run's name.")
    numbers: Numbers = Field("1,234.5", description="How numbers are written: 1,234.5 or 1.234,5.")
    notes: dict[str, str] = Field(
        default_factory=dict,
        max_length=MOST_NOTES,
        description="Own words under a chart, by the chart's name as in the zip's file names, or under a section's "
        "heading, by the section's name.",
    )
    logo: str = Field("", max_length=MOST_TEXT, description="A PNG or JPEG file in base64; empty: none.")
    margin: Real | None = Field(
        None, ge=LEAST_MARGIN, le=1, description="Margin on sales that returns are set against; null: the table's."
    )

    @field_validator("notes")
    @classmethod
    def _short_notes(cls, notes: dict[str, str]) -> dict[str, str]:
        for name, note in notes.items():
            if len(name) > LONGEST_NAME:
                raise ValueError(f"notes: a chart's name has at most {LONGEST_NAME} characters")
            if len(note) > LONGEST_NOTE:
                raise ValueError(f"notes.{name[:40]}: {len(note)} characters, at most {LONGEST_NOTE}")
        return notes

    @property
    def in_order(self) -> tuple[SectionName, ...]:
        """The sections that were asked for, each once, in the order of the report."""
        return tuple(name for name in SECTIONS if name in self.sections)
