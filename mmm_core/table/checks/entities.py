"""The checks of entities: whose rows these are, and what entities have to do with each other before they are summed."""

from __future__ import annotations

import pandas as pd

from mmm_core.labels import counted, first_of, listed
from mmm_core.table import entities
from mmm_core.table.checks.issues import Findings
from mmm_core.table.checks.subject import Subject
from mmm_core.table.grain import week_starts
from mmm_core.table.repeats import repeated_keys
from mmm_core.table.typed import TypedTable

MOST_NAMED = 5


def check(findings: Findings, subject: Subject) -> None:
    """Run every check of this module."""
    table = subject.table
    if subject.is_merged("entity_id") or subject.is_merged("period_start"):
        return  # whose rows these are, and when, is asked already
    _blank(findings, table)
    names = table.frame["entity_id"].dropna()
    if names.nunique() < 2:
        return
    spelled = entities.spellings(names)
    _near_equal(findings, names, spelled)
    # Under two names an entity seems absent, and so it does in weeks that begin on another day: that is said already.
    if not spelled and not (subject.grain == "WEEK" and len(week_starts(table.frame)) > 1):
        _missing_dates(findings, table)
    # What names and several rows of a period stand for comes first: until then entities have no sales to compare.
    is_open = bool(spelled) or bool(repeated_keys(table.frame).any())
    if not is_open and "each_entity_has_its_own_sales" not in subject.settings.fixes:
        _related(findings, table)


def _blank(findings: Findings, table: TypedTable) -> None:
    blank = table.frame["entity_id"].isna().to_numpy()
    if blank.any():
        findings.add(
            "blank_entity",
            "error",
            f"Column '{findings.source('entity_id')}': {counted(blank.sum(), 'blank cell')} ({findings.place(blank)}).",
            column="entity_id",
            rows=blank,
            meaning="It is not known to which series these rows belong.",
            remedy="Fill in the entity.",
        )


def _near_equal(findings: Findings, names: pd.Series, spelled: dict[str, str]) -> None:
    if not spelled:
        return
    told = [f"'{other}' and '{usual}'" for other, usual in spelled.items()]
    rows = names.isin(list(spelled)).reindex(_index(findings), fill_value=False).to_numpy(bool)
    findings.add(
        "near_equal_entities",
        "error",
        f"Entities have nearly the same name: {first_of(told, MOST_NAMED)} ({findings.place(rows)}).",
        column="entity_id",
        rows=rows,
        meaning="One entity under two names has holes in both of its series.",
        remedy="Write it in one way; entities that differ need names that differ in more than case, spaces or accents.",
        fix="merge_entity_names",
    )


def _missing_dates(findings: Findings, table: TypedTable) -> None:
    # A row whose entity is not known may be the one that its date seems to lack: that is said already.
    told = table.frame.groupby("period_start")["entity_id"].agg(["nunique", "count", "size"])
    number = table.frame["entity_id"].nunique()
    short = told.index[(told["nunique"] < number) & (told["count"] == told["size"])]
    if not len(short):
        return
    rows = table.frame["period_start"].isin(short).to_numpy()
    none_left = len(short) == len(told)
    findings.add(
        "unbalanced_panel",
        "error",
        f"On {len(short)} dates not all {number} entities are present ({findings.place(rows)}).",
        column="entity_id",
        rows=rows,
        meaning="Sums over entities would drop on these dates for no reason of the market.",
        remedy="Add the missing rows."
        if none_left
        else "Add the missing rows, or keep the dates that all entities have.",
        fix=None if none_left else "use_common_dates",
    )


def _related(findings: Findings, table: TypedTable) -> None:
    """Sums, copies and one series for all; whether they are meant so only a person knows."""
    frame = table.frame
    related = entities.related(frame)
    if related.have_same_sales:
        findings.add(
            "same_sales",
            "error",
            f"All {frame['entity_id'].nunique()} entities have the same sales "
            f"({first_of(list(dict.fromkeys(frame['entity_id'].dropna())), MOST_NAMED)}).",
            column="entity_id",
            meaning="If they are the sales of the whole business, written beside each campaign or channel, adding them "
            "up counts them several times.",
            remedy="Count them once and add up what was spent, or say that each entity sells that much.",
            fix="sales_once_for_all_entities",
            other_fixes=("each_entity_has_its_own_sales",),
        )
        return
    for name, parts in related.totals.items():
        rows = (frame["entity_id"] == name).to_numpy()
        findings.add(
            "total_entity",
            "error",
            f"Entity '{name}' seems to be the total of {first_of(parts, MOST_NAMED)} ({findings.place(rows)}).",
            column="entity_id",
            rows=rows,
            meaning="Adding it to its parts would count everything twice.",
            remedy="Leave it out, or say that it is an entity of its own.",
            fix="leave_out_total_entities",
            other_fixes=("each_entity_has_its_own_sales",),
        )
    # A sum may hold its copied parts twice: once they are gone nobody would see that it is one.
    copies = {} if related.totals else related.copies
    if copies:
        rows = frame["entity_id"].isin(list(copies)).to_numpy()
        told = [f"'{name}' those of '{original}'" for name, original in copies.items()]
        findings.add(
            "copied_entity",
            "error",
            f"Entities have the sales of others: {listed(told[:MOST_NAMED])} ({findings.place(rows)}).",
            column="entity_id",
            rows=rows,
            meaning="If one is a copy, its sales would be counted twice.",
            remedy="Leave the copies out, or say that both sell the same.",
            fix="leave_out_repeated_entities",
            other_fixes=("each_entity_has_its_own_sales",),
        )


def _index(findings: Findings) -> pd.Index:
    assert findings.table is not None  # noqa: S101 - only checks of a table ask
    return findings.table.frame.index
