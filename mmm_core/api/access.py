"""On whose behalf a request is made, and in which workspace."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from mmm_core.workspace.desk import LOCAL_OWNER, Desk
from mmm_core.workspace.storage import Workspace


# Async though they wait for nothing: a plain dependency is sent to a thread, which costs more than it does.
async def desk_of(request: Request) -> Desk:
    """The desk of a request: that of the owner whom the middleware in front has recognised, or the local owner's."""
    return Desk(request.app.state.workspace, getattr(request.state, "owner", None) or LOCAL_OWNER)


async def workspace_of(request: Request) -> Workspace:
    """The workspace that this application serves, whoever asks."""
    workspace: Workspace = request.app.state.workspace
    return workspace


# Not `type X = …`: FastAPI looks at the annotation itself.
At = Annotated[Desk, Depends(desk_of)]
Space = Annotated[Workspace, Depends(workspace_of)]
