"""The Python client of the HTTP API: ``from mmm_core.client import Client``.

Imports the ground, ``spec`` and httpx only, so that it can stand on a machine without a server.
"""

from mmm_core.client.client import Client, DemoWarning

__all__ = ["Client", "DemoWarning"]
