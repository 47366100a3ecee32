"""What machines ask: alive, ready, metrics, and the contract itself."""

from __future__ import annotations

import asyncio

from direct_upload.handlers import Site, SiteHandler
from direct_upload.messages import Health
from direct_upload.metrics import MEDIA_TYPE
from direct_upload.operations import Operation, operation
from swift_store.errors import RETRY_SECONDS, Problem, SwiftRefused, SwiftUnavailable

_READY_SECONDS = 5.0


class Alive(SiteHandler):
    is_traced = False

    @operation(Operation("Whether this process answers.", answers={200: Health}))
    def get(self) -> None:
        self.answer(200, Health(status="alive"))


class Ready(SiteHandler):
    is_traced = False

    @operation(
        Operation(
            "Whether uploads can work: Swift reachable, container prepared.",
            answers={200: Health},
            problems=("not-ready",),
        )
    )
    async def get(self) -> None:
        storage = self.site.storage
        if storage.signed_in.is_set() and (faults := await self._faults()):
            raise Problem("not-ready", " ".join(faults), retry_after=RETRY_SECONDS)
        _ = storage.connected
        self.answer(200, Health(status="ready"))

    async def _faults(self) -> list[str]:
        try:
            async with asyncio.timeout(_READY_SECONDS):
                return await self.site.storage.faults()
        except (SwiftUnavailable, SwiftRefused, TimeoutError) as error:
            raise Problem("not-ready", "Swift does not answer.", retry_after=RETRY_SECONDS) from error


class MetricsText(SiteHandler):
    is_traced = False

    @operation(Operation("Prometheus metrics.", answers={200: "text/plain"}))
    def get(self) -> None:
        self.set_header("Content-Type", MEDIA_TYPE)
        self.finish(self.site.metrics.text())


class OpenApi(SiteHandler):
    def initialize(self, site: Site, document: str) -> None:  # type: ignore[override]
        super().initialize(site)
        self._document = document

    @operation(Operation("This document.", answers={200: "application/json"}))
    def get(self) -> None:
        self.set_header("Content-Type", "application/json")
        self.finish(self._document)
