"""The HTTP door: parse a request, make one call to the use cases, answer.

Nothing here computes, and nothing knows where files lie. :func:`mmm_core.api.app.create_api` builds the application;
it is mounted at ``/api`` beside the app (``asgi.py``) and alone (``python -m mmm_core serve``).
"""
