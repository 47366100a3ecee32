"""Uploads inside your own site: in Tornado (`.tornado`), WSGI (`.wsgi`) or ASGI (`.asgi`).

docs/embedding.md tells how.
"""
