"""What was asked: the one configuration of a run and of the table under it.

Hands its names on: ``from mmm_core.spec import RunSpec``. Imports the ground only.
"""

from mmm_core.spec.baseline import MAX_FOURIER_PAIRS, Grain
from mmm_core.spec.dataset import (
    FIX_NAMES,
    LARGEST_RATE,
    DatasetSettings,
    FixName,
    LongColumns,
    ReadingOptions,
    Weekday,
)
from mmm_core.spec.events import LONGEST_NAME, LONGEST_WINDOW, Events, Holidays, OwnEvent
from mmm_core.spec.media import Saturation, SaturationName
from mmm_core.spec.model import (
    RECOMMENDED_DEFAULTS,
    RECOMMENDED_TARGET_ACCEPT,
    FixedModel,
    Freedom,
    LinkName,
    MediaPrior,
    NoiseName,
    RecommendedModel,
    TailsName,
)
from mmm_core.spec.run_spec import (
    FeatureConfig,
    RunSpec,
    channel_name,
    control_name,
    default_spec,
    parse_spec,
    spec_from,
    with_event,
)
from mmm_core.spec.sampler import FEWEST_DRAWS_KEPT, SamplerSettings

__all__ = [
    "FEWEST_DRAWS_KEPT",
    "FIX_NAMES",
    "LARGEST_RATE",
    "LONGEST_NAME",
    "LONGEST_WINDOW",
    "MAX_FOURIER_PAIRS",
    "RECOMMENDED_DEFAULTS",
    "RECOMMENDED_TARGET_ACCEPT",
    "DatasetSettings",
    "Events",
    "FeatureConfig",
    "FixName",
    "FixedModel",
    "Freedom",
    "Grain",
    "Holidays",
    "LinkName",
    "LongColumns",
    "MediaPrior",
    "NoiseName",
    "OwnEvent",
    "ReadingOptions",
    "RecommendedModel",
    "RunSpec",
    "SamplerSettings",
    "Saturation",
    "SaturationName",
    "TailsName",
    "Weekday",
    "channel_name",
    "control_name",
    "default_spec",
    "parse_spec",
    "spec_from",
    "with_event",
]
