"""Links to a file: its owner makes, lists and revokes them; whoever has one downloads the file."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Self

from pydantic import AwareDatetime, Field

from direct_upload.handlers import SiteHandler
from direct_upload.messages import Message
from direct_upload.operations import STORAGE_PROBLEMS, Operation, Parameter, operation
from direct_upload.own_origin import own_origin
from swift_store import links
from swift_store.errors import Problem
from swift_store.links import Link, LinkAddress
from swift_store.once import take_once

PATH = "/l/"
_MIN_SECONDS, _MAX_SECONDS = 10, 366 * 86400
_MAX_LINKS = 100
# For the one visitor's browser to go there. Whoever else gets the signed URL could use it until then.
_ONCE_SECONDS = 60
_CLAIM_BYTES, _ATTEMPTS, _LONGEST_PAUSE_SECONDS = 8, 8, 0.3
_NO_LINK = "There is no such link, or its time is over."


class LinkRequest(Message):
    expires_in: int = Field(ge=_MIN_SECONDS, le=_MAX_SECONDS, description="Seconds for which the link opens.")
    once: bool = Field(default=False, description="Whether it opens one time only.")
    addresses: str | None = Field(
        default=None, max_length=64, description="The address or network that it opens for."
    )


class LinkMessage(Message):
    id: str
    expires_at: AwareDatetime
    once: bool
    addresses: str | None

    @classmethod
    def of(cls, link: Link) -> Self:
        ends = datetime.fromtimestamp(link.expires_at, UTC)
        return cls(id=link.id, expires_at=ends, once=link.once, addresses=link.addresses)


class LinkCreated(LinkMessage):
    """`url` is shown this once: we keep a hash of it."""

    url: str


class LinkList(Message):
    links: list[LinkMessage]


class FileLinks(SiteHandler):
    @operation(
        Operation(
            "Make a link to a file, for whoever gets it.",
            answers={201: LinkCreated},
            body=LinkRequest,
            problems=("not-found", "too-many-links", *STORAGE_PROBLEMS),
        )
    )
    async def post(self, file_id: str) -> None:
        asked, site = self.read(LinkRequest), self.site
        addresses = links.checked_addresses(asked.addresses)
        file = await site.uploads.stored(self.owner, file_id)
        if len(await self.links_of(file_id)) >= _MAX_LINKS:
            raise Problem("too-many-links", f"A file has at most {_MAX_LINKS} links. Revoke one first.")
        address = LinkAddress(file.names.owner, file_id, site.randomness(links.SECRET_BYTES))
        link = Link(address.id, int(site.now()) + asked.expires_in, asked.once, addresses)
        await site.storage.run(site.storage.records.write, address.record_name, link.record())
        origin = own_origin(self.request, site.settings.site_origins)
        url = origin + site.uploads.prefix + PATH + address.text(site.storage.owner_key)
        self.answer(201, LinkCreated(url=url, **dict(LinkMessage.of(link))))

    @operation(
        Operation(
            "List the links to a file that still open.",
            answers={200: LinkList},
            problems=("not-found", *STORAGE_PROBLEMS),
        )
    )
    async def get(self, file_id: str) -> None:
        await self.site.uploads.stored(self.owner, file_id)
        self.answer(200, LinkList(links=[LinkMessage.of(link) for link in await self.links_of(file_id)]))

    async def links_of(self, file_id: str) -> list[Link]:
        """The links that open now; those whose time is over are forgotten on the way."""
        storage, prefix = self.site.storage, links.record_prefix(self.owner, file_id)
        open_links = []
        for name in await storage.run(storage.records.names, prefix):
            record = await storage.run(storage.records.read, name)
            if record is None:
                continue
            link = links.from_record(name.removeprefix(prefix), record)
            if self.site.now() < link.expires_at:
                open_links.append(link)
            else:
                await storage.run(storage.records.delete, name)
        return open_links


class FileLink(SiteHandler):
    @operation(Operation("Revoke a link.", answers={204: None}, problems=("not-found", *STORAGE_PROBLEMS)))
    async def delete(self, file_id: str, link_id: str) -> None:
        file, storage = await self.site.uploads.stored(self.owner, file_id), self.site.storage
        name = links.record_name(file.names.owner, file_id, link_id)
        if not links.is_link_id(link_id) or not await storage.run(storage.records.delete, name):
            raise Problem("not-found", _NO_LINK)
        self.set_status(204)


class FollowedLink(SiteHandler):
    @operation(
        Operation(
            "Follow a link: go to a short-lived signed URL of the file.",
            answers={302: None},
            query={"inline": Parameter("Show it, where its type can't run; else it is saved.")},
            problems=("not-found", "held", "not-ready", *STORAGE_PROBLEMS),
        )
    )
    async def get(self, text: str) -> None:
        address = links.parse_address(text, self.site.storage.owner_key)
        link = None if address is None else await self.opened(address)
        if address is None or link is None:
            raise Problem("not-found", _NO_LINK)
        storage = self.site.storage
        file = await storage.run(storage.files.find, address.owner, address.file_id)
        if file is None:
            raise Problem("not-found", _NO_LINK)
        inline = "inline" in self.request.query_arguments
        until = min(link.expires_at, int(self.site.now()) + _ONCE_SECONDS) if link.once else link.expires_at
        # A file that nobody may have yet is refused here, before the link is used up.
        location = self.site.uploads.location(file, inline=inline, until=until, addresses=link.addresses)
        if link.once and not await self.take(address):
            raise Problem("not-found", _NO_LINK)
        self.redirect(location)

    async def take(self, address: LinkAddress) -> bool:
        """Use the link up; True for one visitor alone."""
        storage, random = self.site.storage, self.site.randomness
        claimants = (random(_CLAIM_BYTES).hex() for _ in range(_ATTEMPTS))
        pauses = (byte / 255 * _LONGEST_PAUSE_SECONDS for byte in random(_ATTEMPTS))
        return await storage.run(
            take_once, storage.records, address.record_name, claimants, lambda: time.sleep(next(pauses))
        )

    async def opened(self, address: LinkAddress) -> Link | None:
        """The link, when it opens for this visitor."""
        storage = self.site.storage
        record = await storage.run(storage.records.read, address.record_name)
        link = None if record is None else links.from_record(address.id, record)
        opens = link is not None and link.opens_for(self.client_address, now=self.site.now())
        return link if opens else None
