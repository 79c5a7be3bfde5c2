"""The canonical table: what a model may be fitted to, with its entities or as one brand.

Columns are ``entity_id, period_start, sales, act_<channel>, spend_<channel>, ctrl_<name>``, rows are sorted by entity
and period.
"""

from __future__ import annotations

from mmm_core.spec import Grain
from mmm_core.table.typed import BRAND, CanonicalData, TypedTable, column_order, summed


def to_canonical(table: TypedTable, grain: Grain) -> CanonicalData:
    """The table in canonical order: sorted by entity and period, dates at midnight, columns in a fixed order."""
    frame = table.frame[column_order(table.frame.columns)]
    frame = frame.sort_values(["entity_id", "period_start"], kind="stable").reset_index(drop=True)
    return CanonicalData(frame.astype({"entity_id": "str", "period_start": "datetime64[us]"}), grain)


def aggregate_brand(data: CanonicalData) -> CanonicalData:
    """One entity, ``brand_total``: sales, activity and spend summed, controls averaged over the entities present."""
    frame = data.frame
    if frame["entity_id"].nunique() <= 1:
        brand = frame.assign(entity_id=BRAND)
    else:
        brand = summed(frame, ["period_start"]).reset_index()
        brand.insert(0, "entity_id", BRAND)
    return CanonicalData(brand.astype({"entity_id": "str"}), data.grain)
