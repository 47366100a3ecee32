"""Many small files in one request: each item fares as it would alone, and none spoils the others."""

from __future__ import annotations

from pydantic import ValidationError

from direct_upload.messages import (
    BatchCompleted,
    BatchCompleteItem,
    BatchCreated,
    CompleteBatch,
    CompleteBatchResults,
    FileMessage,
    ProblemMessage,
    Refused,
    UploadBatch,
    UploadBatchResults,
    UploadRequest,
)
from direct_upload.operations import Operation, operation
from direct_upload.problems import problem_of
from direct_upload.upload_handlers import UploadHandler
from swift_store.errors import Problem, SwiftRefused, SwiftUnavailable

# What may come in the way of one item. Anything else is a fault of ours, and the whole request's.
_ITEM_FAULTS = (Problem, ValidationError, SwiftUnavailable, SwiftRefused)


class _BatchHandler(UploadHandler):
    def refused(self, error: Exception) -> Refused:
        """The result of an item that failed: counted and logged as that of a request would be."""
        problem = problem_of(error)
        self.site.metrics.problems.labels(problem.code).inc()
        self.log_exception(type(error), error, error.__traceback__)
        return Refused(problem=ProblemMessage.of(problem))


class UploadBatches(_BatchHandler):
    @operation(
        Operation(
            "Create up to 100 uploads at once.",
            answers={200: UploadBatchResults},
            body=UploadBatch,
            problems=("not-ready",),
        )
    )
    async def post(self) -> None:
        asked, owner = self.read(UploadBatch), self.owner
        _ = self.site.storage.connected
        results = [await self._created(item, owner) for item in asked.uploads]
        self.answer(200, UploadBatchResults(results=results))

    async def _created(self, item: UploadRequest | ValidationError, owner: str) -> BatchCreated | Refused:
        if isinstance(item, ValidationError):
            return self.refused(item)
        try:
            return BatchCreated(upload=await self.create(item, owner))
        except _ITEM_FAULTS as error:
            return self.refused(error)


class CompleteBatches(_BatchHandler):
    @operation(
        Operation(
            "Complete up to 100 uploads at once.", answers={200: CompleteBatchResults}, body=CompleteBatch
        )
    )
    async def post(self) -> None:
        asked, owner = self.read(CompleteBatch), self.owner

        async def completed(item: BatchCompleteItem | ValidationError) -> BatchCompleted | Refused:
            return await self._completed(item, owner)

        results = await self.site.storage.batches.each(completed, asked.uploads)
        self.answer(200, CompleteBatchResults(results=results))

    async def _completed(
        self, item: BatchCompleteItem | ValidationError, owner: str
    ) -> BatchCompleted | Refused:
        if isinstance(item, ValidationError):
            return self.refused(item)
        try:
            ticket = self.open_ticket(item.ticket, item.id, owner)
            file, _is_new = await self.complete(ticket, item.segments)
        except _ITEM_FAULTS as error:
            return self.refused(error)
        return BatchCompleted(file=FileMessage.of(file))
