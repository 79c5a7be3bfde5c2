"""What was asked: the one configuration of a run and of the table under it.

Hands its names on: ``from mmm_core.spec import RunSpec``. Imports the ground only.
"""

from mmm_core.spec.run_spec import (
    FEWEST_DRAWS_KEPT,
    FIX_NAMES,
    MAX_FOURIER_PAIRS,
    DatasetSettings,
    FeatureConfig,
    FixName,
    Grain,
    ReadingOptions,
    RunSpec,
    SamplerSettings,
    Saturation,
    Strict,
    Weekday,
    channel_name,
    control_name,
    default_spec,
    describe_found,
    describe_problems,
    parse_spec,
    spec_from,
)

__all__ = [
    "FEWEST_DRAWS_KEPT",
    "FIX_NAMES",
    "MAX_FOURIER_PAIRS",
    "DatasetSettings",
    "FeatureConfig",
    "FixName",
    "Grain",
    "ReadingOptions",
    "RunSpec",
    "SamplerSettings",
    "Saturation",
    "Strict",
    "Weekday",
    "channel_name",
    "control_name",
    "default_spec",
    "describe_found",
    "describe_problems",
    "parse_spec",
    "spec_from",
]
