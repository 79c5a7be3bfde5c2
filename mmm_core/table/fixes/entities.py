"""Which entities stay, and under which name."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from mmm_core.labels import listed
from mmm_core.table import entities
from mmm_core.table.fixes.repair import Repaired, kept, refused
from mmm_core.table.fixes.rows import with_sales_once as rows_with_sales_once
from mmm_core.table.typed import BRAND, TypedTable


def with_one_name_each(table: TypedTable) -> Repaired:
    """Names that differ in case, spaces, accents or punctuation become the one that is written most often."""
    names = table.frame["entity_id"]
    spelled = entities.spellings(names.dropna())
    if not spelled:
        return refused(table, "No two entities have nearly the same name.")
    changed = names.isin(list(spelled)).to_numpy()
    frame = table.frame.assign(entity_id=names.replace(spelled).astype("str"))
    usual = listed([f"'{name}'" for name in sorted(set(spelled.values()))])
    return Repaired(replace(table, frame=frame), int(changed.sum()), f"Names that mean one entity became {usual}.")


def without_totals(table: TypedTable) -> Repaired:
    """Entities that are the sum of others are left out."""
    return _without(table, list(entities.total_entities(table.frame)), "a total of others")


def without_copies(table: TypedTable) -> Repaired:
    """Entities with the sales of another are left out."""
    return _without(table, list(entities.copied_entities(table.frame)), "a copy of another")


def as_they_are(table: TypedTable) -> Repaired:
    """Entities stay as they are: a person has looked at them."""
    return Repaired(table, len(table.frame), "Entities with the same sales, or one that may be a total, were kept.")


def with_sales_once(table: TypedTable) -> Repaired:
    """Entities with one and the same sales become one: sales once, activity and spend added up."""
    if not entities.has_same_sales(table.frame):
        return refused(table, "The entities differ in sales: they were not taken for one.")
    names = table.frame["entity_id"]
    one = replace(
        table,
        frame=table.frame.assign(entity_id=names.where(names.isna(), BRAND).astype("str")),
        exact_duplicate=np.zeros(len(table.frame), bool),
    )
    merged = rows_with_sales_once(one)
    return merged if merged.rows else refused(table, merged.sentence)


def _without(table: TypedTable, names: list[str], what: str) -> Repaired:
    if not names:
        return refused(table, f"No entity is {what}.")
    keep = ~table.frame["entity_id"].isin(names).to_numpy()
    shown = listed([f"'{name}'" for name in names])
    return kept(table, keep, f"Left out as {what}: {shown}.")
