"""What the site answers at each address. A view takes the site, the request, and the caller's owner."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from werkzeug.wrappers import Request, Response

from proxy_upload import documents, security
from proxy_upload.delivery import Incoming, Queued
from proxy_upload.form import boundary_of
from proxy_upload.page import ASSET_TYPES, asset, page
from proxy_upload.problems import nothing_here
from proxy_upload.request_body import body_of
from proxy_upload.site import Site
from proxy_upload.upload_queue import QueuedUpload
from swift_store.errors import Problem
from swift_store.files import StoredFile
from swift_store.names import is_upload_id

PAGE_FILES = 100


def as_json(status: int, document: Mapping[str, Any]) -> Response:
    return Response(json.dumps(document), status, content_type="application/json")


def ping(_site: Site, _request: Request, _owner: str) -> Response:
    """The smallest thing that a site answers: how soon it does tells whether the worker breathes."""
    return Response("pong\n", content_type="text/plain; charset=utf-8")


def index(_site: Site, _request: Request, _owner: str) -> Response:
    headers = {"Content-Security-Policy": security.PAGE_POLICY}
    return Response(page(), headers=headers, content_type="text/html; charset=utf-8")


def static(_site: Site, _request: Request, _owner: str, name: str) -> Response:
    if name not in ASSET_TYPES:
        raise nothing_here()
    headers = {"Cache-Control": "public, max-age=3600"}
    return Response(asset(name), headers=headers, content_type=ASSET_TYPES[name])


def upload(site: Site, request: Request, owner: str) -> Response:
    """Take a form with a file: 201 with the stored file, or 202 with where to ask for its state."""
    boundary = boundary_of(request.headers.get("Content-Type"))
    body = body_of(request.environ, site.proxy.max_body)
    delivered = site.delivery.deliver(Incoming(site.new_upload_id(), owner, boundary, body))
    if isinstance(delivered, Queued):
        response = as_json(202, documents.queued_document(delivered.upload_id))
        response.location = f"/uploads/{delivered.upload_id}"
        return response
    return as_json(201, documents.file_document(delivered))


def files(site: Site, request: Request, owner: str) -> Response:
    after = request.args.get("after")
    if after is not None and not is_upload_id(after):
        raise Problem("invalid-request", "The parameter 'after' takes the 'next' of the page before.")
    return as_json(
        200, documents.page_document(site.storage.files.page(owner, after=after, limit=PAGE_FILES))
    )


def download(site: Site, _request: Request, owner: str, upload_id: str) -> Response:
    file = _stored(site, owner, upload_id)
    location = site.storage.download_url(file, now=site.now())
    return Response(status=302, headers={"Location": location})


def status(site: Site, _request: Request, owner: str, upload_id: str) -> Response:
    """How far an upload is. What is not in the queue, or no longer, may be in Swift."""
    queued = _queued(site, owner, upload_id)
    if queued is not None:
        return as_json(200, documents.status_document(queued))
    file = _stored(site, owner, upload_id)
    return as_json(200, {**documents.file_document(file), "state": "stored"})


def _queued(site: Site, owner: str, upload_id: str) -> QueuedUpload | None:
    found = site.queue.find(upload_id) if site.queue is not None else None
    return found if found is not None and found.names.owner == owner else None


def _stored(site: Site, owner: str, upload_id: str) -> StoredFile:
    file = site.storage.files.find(owner, upload_id) if is_upload_id(upload_id) else None
    if file is None:
        raise Problem("not-found", "You have no file with this id. It may have been deleted.")
    return file
