"""Many small files in one request: each item fares as it would alone, and none spoils the others."""

from __future__ import annotations

from direct_upload.handlers import SiteHandler
from direct_upload.messages import CompleteBatch, CompleteBatchResults, UploadBatch, UploadBatchResults
from direct_upload.operations import Operation, operation


class UploadBatches(SiteHandler):
    @operation(
        Operation(
            "Create up to 100 uploads at once.",
            answers={200: UploadBatchResults},
            body=UploadBatch,
            problems=("not-ready",),
        )
    )
    async def post(self) -> None:
        asked, service = self.read(UploadBatch), self.site.uploads
        self.answer(200, await service.create_many(self.owner, asked.uploads, address=self.client_address))


class CompleteBatches(SiteHandler):
    @operation(
        Operation(
            "Complete up to 100 uploads at once.", answers={200: CompleteBatchResults}, body=CompleteBatch
        )
    )
    async def post(self) -> None:
        asked, service = self.read(CompleteBatch), self.site.uploads
        self.answer(200, await service.complete_many(self.owner, asked.uploads, address=self.client_address))
