"""Several rows that speak of one entity and period: what they have in common."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

type Kind = Literal["copies", "sales once", "revised", "parts"]

KEYS = ("entity_id", "period_start")
MOST_REVISED = 0.5
"""Share of periods with several rows up to which the later row is taken for a revision of the earlier."""


def repeated_keys(frame: pd.DataFrame) -> NDArray[np.bool_]:
    """Every row but the first of its entity and period; rows without a date are none."""
    return (frame.duplicated(list(KEYS)) & frame["period_start"].notna()).to_numpy()


def has_sales_once(frame: pd.DataFrame) -> bool:
    """Whether rows of one entity and period all give the same sales; a blank cell beside them says nothing."""
    groups = frame[frame["period_start"].notna()].groupby(list(KEYS))["sales"]
    return bool((groups.nunique() <= 1).all())


def kind_of(frame: pd.DataFrame, exact_duplicate: NDArray[np.bool_]) -> Kind:
    """What repeated rows look like.

    ``copies`` repeat another row in every cell; with ``sales once`` all rows of a period have the same sales and differ
    elsewhere (campaigns beside the sales of the whole shop); ``revised`` rows are few, as where something was delivered
    twice; ``parts`` are on most periods, as where a column that tells them apart plays no role.
    """
    repeated = repeated_keys(frame)
    if bool((~repeated | exact_duplicate).all()):
        return "copies"
    several = frame.duplicated(list(KEYS), keep=False) & frame["period_start"].notna()
    share = several.groupby([frame[key] for key in KEYS]).any().mean()
    if has_sales_once(frame) and share > MOST_REVISED:
        return "sales once"
    return "revised" if share <= MOST_REVISED else "parts"
