"""Every part of a proof, in the order in which it is shown; those that need no refit are answered first."""

from __future__ import annotations

from mmm_core.proof.part import AnyPart
from mmm_core.proof.parts.foresight import FORESIGHT
from mmm_core.proof.parts.ghosts import GHOSTS_PART
from mmm_core.proof.parts.looks import LOOKS
from mmm_core.proof.parts.months import MONTHS
from mmm_core.proof.parts.priors import PRIORS
from mmm_core.proof.parts.receipt import RECEIPT
from mmm_core.proof.parts.recovery import RECOVERY
from mmm_core.proof.parts.refreshes import REFRESHES
from mmm_core.proof.parts.settings import SETTINGS

PARTS: tuple[AnyPart, ...] = (FORESIGHT, REFRESHES, GHOSTS_PART, MONTHS, RECOVERY, PRIORS, SETTINGS, LOOKS, RECEIPT)
