"""`gunicorn -c python:proxy_upload.gunicorn_conf proxy_upload.wsgi:app`: the application of this process."""

from __future__ import annotations

import os

from proxy_upload.app import make_app
from proxy_upload.settings import from_environ
from proxy_upload.site import make_site

app = make_app(make_site(*from_environ(os.environ)))
