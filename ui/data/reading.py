"""How a file was read, and a way to say otherwise."""

from __future__ import annotations

import streamlit as st

from mmm_core.runs.datasets import Dataset
from mmm_core.runs.tables import Prepared
from mmm_core.spec import ReadingOptions
from ui.data import revising
from ui.shell.markdown import plain

KINDS = {"csv": "CSV", "excel": "Excel", "parquet": "Parquet"}
SEPARATORS = {",": "comma between columns", ";": "semicolon between columns", "\t": "tab between columns",
              "|": "bar between columns"}  # fmt: skip
DECIMALS = {".": "decimal point", ",": "decimal comma"}
DATE_ORDERS = {"YMD": "dates year first", "DMY": "dates day first", "MDY": "dates month first"}
ENCODINGS = ("utf-8", "latin-1", "cp1252", "utf-16", "cp932", "gb18030", "cp949", "big5")
AUTOMATIC = "as found"


def show(dataset: Dataset, prepared: Prepared) -> None:
    """What was found out about the file, and fields to say otherwise."""
    detected, options = prepared.report.detected, dataset.settings.reading
    sheet = f"sheet “{detected.sheet}”" if detected.sheet else ""
    facts = (
        KINDS.get(detected.kind, detected.kind),
        detected.encoding.upper() if detected.encoding else "",
        SEPARATORS.get(detected.separator or "", ""),
        DECIMALS.get(detected.decimal, ""),
        DATE_ORDERS.get(detected.date_order or "", ""),
        plain(sheet),
    )
    told = ", ".join(fact for fact in facts if fact)
    said_elsewhere = {part.sentence for part in detected.left_out}
    with st.expander(f"How it was read: {told}", icon=":material/manage_search:"):
        for note in detected.notes:
            if note not in said_elsewhere:
                st.caption(plain(note))
        if dataset.read_only:
            st.caption("This table ships with the tool and is read as it is.")
            return
        chosen = {
            "encoding": _choice("Encoding", ENCODINGS, options.encoding),
            "separator": _choice("Separator", (",", ";", "\t", "|"), options.separator),
            "decimal": _choice("Decimal mark", (".", ","), options.decimal),
            "date_order": _choice("Order in dates", ("YMD", "DMY", "MDY"), options.date_order),
            "sheet": _choice("Sheet", detected.sheets, options.sheet) if detected.sheets else options.sheet,
        }
        if st.button("Read it so"):
            revising.revise_settings(dataset, reading=ReadingOptions.model_validate(chosen))


def _choice(label: str, options: tuple[str, ...], current: str | None) -> str | None:
    every = (AUTOMATIC, *options)
    shown = st.selectbox(
        label,
        every,
        index=every.index(current) if current in options else 0,
        format_func=lambda each: repr(each).strip("'"),
    )
    return None if shown == AUTOMATIC else shown
