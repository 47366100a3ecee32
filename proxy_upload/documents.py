"""What the site answers, as JSON objects; a file looks as it does in the upload protocol."""

from __future__ import annotations

from typing import Any

from proxy_upload.upload_queue import QueuedUpload, State
from swift_store.files import Page, StoredFile


def file_document(file: StoredFile) -> dict[str, Any]:
    names = file.names
    return {
        "id": names.upload_id,
        "name": names.name,
        "size": file.size,
        "type": file.type,
        "etag": file.etag,
        "created_at": file.created_at.isoformat().replace("+00:00", "Z"),
        "download_url": f"/files/{names.upload_id}",
    }


def page_document(page: Page) -> dict[str, Any]:
    return {"files": [file_document(file) for file in page.files], "next": page.next}


def queued_document(upload_id: str) -> dict[str, Any]:
    return {"id": upload_id, "status_url": f"/uploads/{upload_id}"}


def status_document(upload: QueuedUpload) -> dict[str, Any]:
    """The state of an upload that was answered 202; its file can be downloaded once it is stored."""
    names = upload.names
    stored = {"download_url": f"/files/{names.upload_id}"} if upload.state is State.STORED else {}
    return {
        "id": names.upload_id,
        "name": names.name,
        "size": upload.size,
        "state": upload.state.value,
        "attempts": upload.attempts,
        **stored,
    }
