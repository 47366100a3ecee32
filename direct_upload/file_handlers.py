"""The caller's stored files: list, look, download, delete. Somebody else's are not found."""

from __future__ import annotations

from direct_upload.core.service import MAX_PAGE_FILES, PAGE_FILES, page_limit
from direct_upload.handlers import SiteHandler
from direct_upload.messages import FileList, FileMessage
from direct_upload.operations import STORAGE_PROBLEMS, Operation, Parameter, operation


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
            problems=STORAGE_PROBLEMS,
        )
    )
    async def get(self) -> None:
        after = self.get_query_argument("after", None)
        owner, limit = self.owner, page_limit(self.get_query_argument("limit", None))
        self.answer(200, await self.site.uploads.files(owner, after=after, limit=limit))


class File(SiteHandler):
    @operation(
        Operation("Look at one file.", answers={200: FileMessage}, problems=("not-found", *STORAGE_PROBLEMS))
    )
    async def get(self, file_id: str) -> None:
        self.answer(200, await self.site.uploads.find(self.owner, file_id))

    @operation(
        Operation(
            "Delete a file and its segments.",
            answers={204: None},
            problems=("not-found", *STORAGE_PROBLEMS),
        )
    )
    async def delete(self, file_id: str) -> None:
        await self.site.uploads.delete(self.owner, file_id)
        self.set_status(204)


class Download(SiteHandler):
    @operation(
        Operation(
            "Go to a short-lived signed URL of the file, with its original name.",
            answers={302: None},
            query={"inline": Parameter("Show it, where its type can't run; else it is saved.")},
            problems=("not-found", "held", "not-ready", *STORAGE_PROBLEMS),
        )
    )
    async def get(self, file_id: str) -> None:
        inline = "inline" in self.request.query_arguments
        self.redirect(await self.site.uploads.download_url(self.owner, file_id, inline=inline))
