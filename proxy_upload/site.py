"""The site's collaborators, composed from the settings."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO, Any

from proxy_upload.background_delivery import BackgroundDelivery
from proxy_upload.delivery import Delivery
from proxy_upload.form import FormLimits
from proxy_upload.identity import AnonymousBrowser
from proxy_upload.plain_spooling import BudgetedTemporaryFile
from proxy_upload.settings import Input, ProxySettings, Push
from proxy_upload.spool_delivery import SpoolDelivery
from proxy_upload.spool_ledger import SpoolLedger
from proxy_upload.spooling import Budget, SpoolFactory, offload
from proxy_upload.storage import Storage
from proxy_upload.stream_delivery import StreamDelivery
from proxy_upload.upload_queue import UploadQueue
from swift_store.names import RANDOM_BYTES, uuid7
from swift_store.settings import Settings


@dataclass(frozen=True)
class Site:
    """What the views work with. `now` gives Unix seconds; `queue` only exists for the background way."""

    proxy: ProxySettings
    origins: tuple[str, ...]
    storage: Storage
    delivery: Delivery
    queue: UploadQueue | None
    identity: AnonymousBrowser
    now: Callable[[], float] = time.time

    def new_upload_id(self) -> str:
        return uuid7(int(self.now() * 1000), os.urandom(RANDOM_BYTES))


def make_site(settings: Settings, proxy: ProxySettings) -> Site:
    """The real collaborators. Call it in the process that serves: folders, locks and connections are its
    own.
    """
    storage = Storage(settings, proxy)
    queue = UploadQueue(proxy.spool_folder) if proxy.push is Push.BACKGROUND else None
    return Site(
        proxy=proxy,
        origins=proxy.site_origins(settings),
        storage=storage,
        delivery=_delivery(proxy, storage, queue),
        queue=queue,
        identity=AnonymousBrowser(
            settings.secrets,
            over_https=all(origin.startswith("https:") for origin in proxy.site_origins(settings)),
        ),
    )


def form_limits(proxy: ProxySettings) -> FormLimits:
    return FormLimits(proxy.max_form_memory, proxy.max_form_parts)


def _delivery(proxy: ProxySettings, storage: Storage, queue: UploadQueue | None) -> Delivery:
    limits = form_limits(proxy)
    if proxy.push is Push.STREAM:
        return StreamDelivery(storage, limits)
    folder = proxy.spool_folder
    if queue is not None:
        ledger = SpoolLedger(folder / "ledger", proxy.spool_limit, proxy.spool_reserve, queue.waiting_bytes)
        run = offload if proxy.input is Input.COOPERATIVE else _at_once
        return BackgroundDelivery(queue, limits, ledger, run, time.time)
    ledger = SpoolLedger(folder / "ledger", proxy.spool_limit, proxy.spool_reserve)
    return SpoolDelivery(storage, limits, _temporary_files(proxy, ledger))


def _temporary_files(proxy: ProxySettings, budget: Budget) -> Callable[[], IO[bytes]]:
    temporary = proxy.spool_folder / "temporary"
    temporary.mkdir(parents=True, exist_ok=True)
    if proxy.input is Input.COOPERATIVE:
        return SpoolFactory(str(temporary), proxy.spool_memory, budget)

    def plain() -> IO[bytes]:
        file: Any = BudgetedTemporaryFile(str(temporary), proxy.spool_memory, budget)
        return file  # type: ignore[no-any-return]

    return plain


def _at_once(call: Callable[..., Any], *arguments: Any) -> Any:
    return call(*arguments)
