"""Two entities that are not alike: one is larger, one is younger, and neither knows what the other did."""

from __future__ import annotations

import pandas as pd

from mmm_core.model.features import FeatureMatrix, entity_features
from mmm_core.spec import RunSpec, spec_from
from mmm_core.table.typed import CanonicalData
from tests.worlds import World, simulate

NORTH, SOUTH = "north", "south"
OLDER = simulate(3, weeks=110, channels=2)
YOUNGER = simulate(4, weeks=110, channels=2)
YOUNGER_WEEKS = 70
"""The younger entity has the last so many weeks of the older one's."""

ARRAYS = ("activity", "spend", "transformed", "transformed_more", "channels_scaled", "controls_scaled", "target")
"""Arrays of a feature matrix that its files must give back."""


def entity_frame(world: World, entity: str, weeks: int, *, larger: float = 1.0) -> pd.DataFrame:
    """The last weeks of a world as one entity's rows."""
    frame = world.frame.tail(weeks).reset_index(drop=True)
    return frame.assign(entity_id=entity, sales=larger * frame["sales"])


def panel_frame() -> pd.DataFrame:
    """Both entities, one after the other, unbalanced."""
    older = entity_frame(OLDER, NORTH, 110, larger=50.0)
    younger = entity_frame(YOUNGER, SOUTH, YOUNGER_WEEKS)
    return pd.concat([older, younger], ignore_index=True).astype({"entity_id": "str"})


def panel_spec(**changes: object) -> RunSpec:
    """The usual model on both."""
    return spec_from(OLDER.spec | {"feature_config": {}} | changes)


def panel_features(**changes: object) -> FeatureMatrix:
    """Features of both, with rows of their own."""
    return entity_features(CanonicalData(panel_frame(), "WEEK"), panel_spec(**changes))


def features_alone(entity: str, **changes: object) -> FeatureMatrix:
    """Features of one of them, as if there were no other."""
    frame = panel_frame()
    rows = frame[frame["entity_id"] == entity].reset_index(drop=True)
    return entity_features(CanonicalData(rows, "WEEK"), panel_spec(**changes))
