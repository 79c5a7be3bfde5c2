"""On whose behalf a request is made, and on which workspace."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from mmm_core.workspace.owners import LOCAL_OWNER
from mmm_core.workspace.storage import Workspace


# Both are async though they wait for nothing: a plain dependency is sent to a thread, which costs more than it does.
async def owner_of(request: Request) -> str:
    """Owner of all that the request may see: whom the middleware in front has recognised, or the local one."""
    return getattr(request.state, "owner", None) or LOCAL_OWNER


async def workspace_of(request: Request) -> Workspace:
    """The workspace that this application serves."""
    workspace: Workspace = request.app.state.workspace
    return workspace


# Not `type X = …`: FastAPI looks at the annotation itself.
Owner = Annotated[str, Depends(owner_of)]
Space = Annotated[Workspace, Depends(workspace_of)]
