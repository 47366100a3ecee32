"""Asks another server about each complete file, before anybody can have it."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable

from direct_upload import events
from direct_upload.core.post import NotDelivered, Post
from direct_upload.policy import HOLD, Decision, Verdict
from swift_store.files import StoredFile

_log = logging.getLogger(__name__)

_KIND = "file.scan"
_MAX_DETAIL_CHARACTERS = 500


class Scanner:
    """The server behind `POST`; whatever goes wrong with it, the file stays held.

    It gets the file's data and a `download_url` for the held file, and answers
    `{"decision": "allow" | "refuse" | "hold", "detail": "..."}`.
    """

    def __init__(self, post: Post, now: Callable[[], float]) -> None:
        self._post = post
        self._now = now

    async def judge(self, file: StoredFile, download_url: str) -> Decision:
        """What shall become of a held file."""
        data = {**events.data_of(file), "download_url": download_url}
        body = events.message(_KIND, data, now=self._now())
        try:
            answer = await self._post.send(events.message_id(_KIND, file.names.upload_id), body)
            return _decision(answer)
        except (NotDelivered, ValueError) as error:
            _log.warning("%s stays held, the scanner did not decide: %s", file.names.upload_id, error)
            return HOLD

    def close(self) -> None:
        self._post.close()


def _decision(body: bytes) -> Decision:
    answer = json.loads(body)
    if not isinstance(answer, dict):
        raise ValueError("its answer is no JSON object")  # noqa: TRY004 - it is the other side's value
    detail = answer.get("detail", "")
    return Decision(Verdict(answer.get("decision")), str(detail)[:_MAX_DETAIL_CHARACTERS])
