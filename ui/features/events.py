"""Holidays and other events: a country's calendar, shopping days, and days that a person names."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import Any

import streamlit as st
from pydantic import ValidationError

from mmm_core.errors import SpecError
from mmm_core.labels import counted, display_name, listed
from mmm_core.model.events import calendars
from mmm_core.model.events.columns import NOT_TOLD
from mmm_core.model.features import FeatureMatrix, FeatureScaler
from mmm_core.schema import describe_problems
from mmm_core.spec import (
    LONGEST_NAME,
    LONGEST_WINDOW,
    Events,
    Holidays,
    OwnEvent,
    RunSpec,
    control_name,
)
from mmm_core.table.validation import ValidationReport
from ui.features import values
from ui.shell.markdown import plain

YEAR_ONE = date(2020, 1, 1)
"""A leap year: names of holidays are looked up from here where a table has no dates."""
EXAMPLE = "2024-11-29, 2025-11-28"


def fill(spec: RunSpec, report: ValidationReport) -> None:
    """Set the widgets from a specification; what the table no longer has is left out."""
    events = spec.feature_config.events
    asked = events.holidays
    values.put("holiday_country", asked.country if asked else None)
    values.put("holiday_part", asked.subdivision if asked else None)
    values.put("holiday_names", None if asked is None or asked.names is None else list(asked.names))
    values.put("holiday_before", asked.before if asked else 0)
    values.put("holiday_after", asked.after if asked else 0)
    values.put("shopping_days", events.shopping_days)
    values.put("own_events", list(events.own))
    of_table = [control_name(column) for column in events.columns]
    values.put("event_columns", [name for name in of_table if name in report.controls])


def read(controls: Collection[str]) -> dict[str, Any]:
    """The part of a specification that the widgets add up to, where these controls (bare names) are in the model."""
    country = values.get("holiday_country")
    holidays = {
        "country": country,
        "subdivision": values.get("holiday_part"),
        "names": values.get("holiday_names"),
        "before": values.get("holiday_before"),
        "after": values.get("holiday_after"),
    }
    return {
        "holidays": None if country is None else holidays,
        "shopping_days": values.get("shopping_days"),
        "own": [event.model_dump(mode="json") for event in values.get("own_events")],
        "columns": [f"ctrl_{name}" for name in values.get("event_columns") if name in controls],
    }


def in_words(events: Events) -> str:
    """Which events a specification asks for: holidays of Germany (3 of them), shopping days, Strike."""
    asked, found = events.holidays, []
    if asked is not None:
        which = "" if asked.names is None else f" ({len(asked.names)} of them)"
        found.append(f"holidays of {calendars.country_name(asked.country)}{which}")
    if events.shopping_days:
        found.append("shopping days")
    of_table = [display_name(control_name(column)) for column in events.columns]
    return ", ".join([*found, *(event.name for event in events.own), *of_table]) or "none"


def card(report: ValidationReport, possible: Sequence[str], features: FeatureMatrix | None) -> None:
    """Which events the model knows; ``possible`` are controls (bare names) that may be some."""
    with st.container(border=True, key="card-events"):
        st.header("Holidays and events", anchor=False)
        st.selectbox(
            "Public holidays of",
            sorted(calendars.countries(), key=calendars.country_name),
            **values.held("holiday_country"),
            format_func=calendars.country_name,
            placeholder="No country",
            on_change=_other_country,
            index=None,
            help="Each holiday gets an effect of its own, the same every year. Those that hardly move sales cost "
            "little: their effects are held near zero.",
        )
        if values.get("holiday_country") is not None:
            _holidays(report)
        st.toggle(
            "Shopping days", **values.held("shopping_days"),
            help="Black Friday, Cyber Monday, Singles' Day, Valentine's Day.",
        )  # fmt: skip
        # A specification made elsewhere may name a control that no rule would offer.
        offered = [*possible, *(name for name in values.get("event_columns") if name not in possible)]
        if offered:
            st.multiselect(
                "Columns of the table that are events",
                offered,
                **values.held("event_columns"),
                format_func=display_name,
                placeholder="None of them",
                help="Zero where nothing was the case. As an event a column is held to what one event can do, however "
                "rare it is; as a control, a rare one has more room than a frequent one.",
            )
        for place, event in enumerate(values.get("own_events")):
            _own(place, event)
        # Another key for each event that was added: the next form is empty, and closed.
        number = len(values.get("own_events"))
        with st.popover("Add an event", icon=":material/event:", key=f"add-event-{number}"):
            _add(number)
        if features is not None:
            _told(features.scaler)


def _told(scaler: FeatureScaler) -> None:
    """How many events became columns, and which did not."""
    if scaler.events:
        st.caption(f"In the model: {counted(len(scaler.events), 'event')} with days in the table.")
    for notice in scaler.notices:
        if notice.startswith(NOT_TOLD):
            st.caption(f":material/info: {plain(notice)}")


def _other_country() -> None:
    values.put_all({"holiday_part": None, "holiday_names": None})


def _holidays(report: ValidationReport) -> None:
    country, part = values.get("holiday_country"), values.get("holiday_part")
    parts = calendars.countries().get(country, ())
    if parts:
        st.selectbox(
            "Only in", list(parts), **values.held("holiday_part"), index=None,
            placeholder="The whole country", on_change=_all_names,
        )  # fmt: skip
    try:
        known = _names(report, country, part)
    except SpecError as error:
        st.warning(f"{plain(error.message)} {plain(error.remedy)}")
        return
    # A key for each calendar: what the browser still believes was chosen of another is nobody's.
    names, chosen = values.get("holiday_names"), f"holiday_chosen_{country}_{part}"
    st.session_state[chosen] = known if names is None else [name for name in known if name in names]
    st.multiselect("Holidays", known, key=chosen, on_change=_choose, args=(chosen, known))
    with st.container(horizontal=True):
        for key, label in (("holiday_before", "Days before each"), ("holiday_after", "Days after each")):
            st.number_input(
                label, 0, LONGEST_WINDOW, **values.held(key),
                help="Days around a holiday on which sales already, or still, differ.",
            )  # fmt: skip


def _all_names() -> None:
    values.put("holiday_names", None)


def _choose(key: str, known: list[str]) -> None:
    """Every holiday is kept as that, so that a longer table has those of its new days too."""
    chosen = st.session_state[key]
    values.put("holiday_names", None if len(chosen) == len(known) else list(chosen))


def _names(report: ValidationReport, country: str, part: str | None) -> list[str]:
    """Holidays whose days lie in the table, in the order of a year."""
    first, last = _days(report)
    asked = Events(holidays=Holidays(country=country, subdivision=part))
    return [occasion.name for occasion in calendars.occasions(asked, first, last)]


def _days(report: ValidationReport) -> tuple[date, date]:
    if report.first_period is None or report.last_period is None:
        return YEAR_ONE, YEAR_ONE.replace(month=12, day=31)
    longest = 31 if report.grain == "MONTH" else 7
    return date.fromisoformat(report.first_period), date.fromisoformat(report.last_period) + timedelta(longest - 1)


def _own(place: int, event: OwnEvent) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key=f"own-event-{place}"):
        st.markdown(f"**{plain(event.name)}** :small[{plain(_in_words(event))}]", width="stretch")
        if st.button(
            ":material/close:", key=f"drop-event-{place}", type="tertiary", help=f"Leave out {plain(event.name)}"
        ):
            own = values.get("own_events")
            values.put("own_events", own[:place] + own[place + 1 :])
            st.rerun()


def _in_words(event: OwnEvent) -> str:
    days = (
        listed([f"{day:%-d %b %Y}" for day in event.dates])
        if len(event.dates) <= 3
        else counted(len(event.dates), "day")
    )
    around = [f"{number} {words}" for number, words in ((event.before, "before"), (event.after, "after")) if number]
    return "; ".join(
        [days + (", every year" if event.yearly else ""), *([f"days: {', '.join(around)}"] if around else [])]
    )


def _add(number: int) -> None:
    with st.form(f"own-event-form-{number}", border=False):
        name = st.text_input("Name", key=f"event_name_{number}", max_chars=LONGEST_NAME, placeholder="Summer sale")
        days = st.text_input("Days, year first", key=f"event_days_{number}", placeholder=EXAMPLE)
        yearly = st.checkbox("Every year on these days", key=f"event_yearly_{number}")
        left, right = st.columns(2)
        before = left.number_input("Days before", 0, LONGEST_WINDOW, key=f"event_before_{number}")
        after = right.number_input("Days after", 0, LONGEST_WINDOW, key=f"event_after_{number}")
        if not st.form_submit_button("Add", type="primary"):
            return
    dates, wrong = _parsed(days)
    taken = {event.name for event in values.get("own_events")}
    if not name.strip():
        st.warning("Give the event a name: charts and tables call it so.")
    elif name.strip() in taken:
        st.warning(f"There is an event called {plain(name.strip())} already: choose another name, or remove that one.")
    elif wrong or not dates:
        st.warning(
            f"{plain(listed(wrong))}: no day that the calendar has. Write each as year-month-day, such as {EXAMPLE}."
            if wrong
            else f"Name at least one day, such as {EXAMPLE}."
        )
    else:
        try:
            made = OwnEvent(name=name.strip(), dates=tuple(dates), yearly=yearly, before=int(before), after=int(after))
        except ValidationError as error:
            st.warning(plain(describe_problems(error)))
            return
        values.put("own_events", [*values.get("own_events"), made])
        st.rerun()


def _parsed(text: str) -> tuple[list[date], list[str]]:
    """Days in a line of text, and what of it is none."""
    dates, wrong = [], []
    for word in re.split(r"[\s,;]+", text.strip()):
        if not word:
            continue
        try:
            dates.append(date.fromisoformat(word))
        except ValueError:
            wrong.append(word)
    return sorted(set(dates)), wrong
