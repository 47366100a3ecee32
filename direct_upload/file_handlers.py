"""The caller's stored files: list, look, download, delete. Somebody else's are not found."""

from __future__ import annotations

import re

from direct_upload.handlers import SiteHandler
from direct_upload.messages import FileList, FileMessage
from direct_upload.operations import Operation, Parameter, operation
from swift_store.content_types import may_be_shown
from swift_store.errors import Problem
from swift_store.files import FileState, StoredFile
from swift_store.names import is_upload_id

PAGE_FILES = 100
MAX_PAGE_FILES = 1000
_STORAGE_PROBLEMS = ("storage-unavailable", "storage-refused")


class FileHandler(SiteHandler):
    async def find(self, file_id: str) -> StoredFile:
        """The caller's file with this id, or `not-found`."""
        owner, storage = self.owner, self.site.storage
        file = await storage.run(storage.files.find, owner, file_id) if is_upload_id(file_id) else None
        if file is None:
            raise Problem("not-found", "You have no file with this id. It may have been deleted.")
        return file


class Files(SiteHandler):
    @operation(
        Operation(
            "List the caller's files, newest first.",
            answers={200: FileList},
            query={
                "after": Parameter("The `next` of the page before."),
                "limit": Parameter(
                    "The most files of a page.",
                    {"type": "integer", "minimum": 1, "maximum": MAX_PAGE_FILES, "default": PAGE_FILES},
                ),
            },
            problems=_STORAGE_PROBLEMS,
        )
    )
    async def get(self) -> None:
        after = self.get_query_argument("after", None)
        if after is not None and not is_upload_id(after):
            raise Problem("invalid-request", "The parameter 'after' takes the 'next' of the page before.")
        storage = self.site.storage
        page = await storage.run(storage.files.page, self.owner, after=after, limit=self._limit())
        self.answer(200, FileList.of(page))

    def _limit(self) -> int:
        text = self.get_query_argument("limit", str(PAGE_FILES))
        if not re.fullmatch("[1-9][0-9]{0,3}", text) or int(text) > MAX_PAGE_FILES:
            raise Problem(
                "invalid-request", f"The parameter 'limit' takes a number from 1 to {MAX_PAGE_FILES}."
            )
        return int(text)


class File(FileHandler):
    @operation(
        Operation("Look at one file.", answers={200: FileMessage}, problems=("not-found", *_STORAGE_PROBLEMS))
    )
    async def get(self, file_id: str) -> None:
        self.answer(200, FileMessage.of(await self.find(file_id)))

    @operation(
        Operation(
            "Delete a file and its segments.",
            answers={204: None},
            problems=("not-found", *_STORAGE_PROBLEMS),
        )
    )
    async def delete(self, file_id: str) -> None:
        file = await self.find(file_id)
        await self.site.commits.delete(file)
        self.set_status(204)
        await self.finish()


class Download(FileHandler):
    @operation(
        Operation(
            "Go to a short-lived signed URL of the file, with its original name.",
            answers={302: None},
            query={"inline": Parameter("Show it, where its type can't run; else it is saved.")},
            problems=("not-found", "held", "not-ready", *_STORAGE_PROBLEMS),
        )
    )
    async def get(self, file_id: str) -> None:
        file = await self.find(file_id)
        self.redirect(self.location(self, file))

    @staticmethod
    def location(handler: SiteHandler, file: StoredFile, addresses: str | None = None) -> str:
        """Where the file is for a while, for clients in ADDRESSES; `held` when nobody may have it yet."""
        if file.state is FileState.HELD:
            raise Problem("held", "This file is held until somebody has looked at it. Try again later.")
        site = handler.site
        url = site.storage.connected.signer.download_url(
            site.settings.container, file.names, now=site.now(), addresses=addresses
        )
        is_shown = "inline" in handler.request.query_arguments and may_be_shown(file.type)
        return f"{url}&inline" if is_shown else url
