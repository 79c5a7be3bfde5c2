"""Is the service there, and can it fit?"""

from __future__ import annotations

from fastapi import APIRouter

from mmm_core.api.access import Space
from mmm_core.api.problems import responses
from mmm_core.workspace import health
from mmm_core.workspace.health import Health

router = APIRouter(tags=["health"])


@router.get("/health", operation_id="get_health", summary="How the service is", responses=responses())
def get_health(workspace: Space) -> Health:
    """State of the worker, length of the queue, and how much the workspace holds."""
    return health.check(workspace)
