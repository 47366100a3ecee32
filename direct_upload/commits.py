"""From an upload to a file: every say in it, in their order.

    policy -> limits -> manifest (below `held/` when somebody still has to look) -> scanner

Whatever is refused leaves the upload as it was, and whatever is interrupted can be done again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from direct_upload import policy
from direct_upload.admission import Admission
from direct_upload.events import OF_STATE, EventType, event
from direct_upload.outbox import Outbox, Outcome
from direct_upload.policy import Decision, Policy, Question, Step, Verdict
from direct_upload.scanner import Scanner
from direct_upload.storage import Storage
from swift_store import links, slo
from swift_store.errors import Problem
from swift_store.files import FileState, StoredFile, expected
from swift_store.settings import Settings
from swift_store.tickets import Ticket


@dataclass(frozen=True)
class Commits:
    """Makes, releases, rejects and deletes files. `now` gives Unix seconds."""

    settings: Settings
    storage: Storage
    admission: Admission
    decide: Policy
    scanner: Scanner | None
    outbox: Outbox
    now: Callable[[], float]

    async def admit(self, ticket: Ticket, address: str) -> None:
        """Raise a `Problem` when this upload may not begin."""
        if self.scanner is not None:
            self._check_holding()
        await self.admission.admit(ticket)
        (await self._ask(ticket, Step.CREATE, address)).check()

    async def complete(self, ticket: Ticket, md5s: Sequence[str], address: str) -> tuple[StoredFile, bool]:
        """Make the uploaded segments a file; return it, and whether it is new. Raises a `Problem`."""
        slo.checked_md5s(md5s, ticket.segments.count)
        run, files = self.storage.run, self.storage.files
        if self.settings.holds_files and (file := await run(files.committed, ticket, md5s)):
            return file, False
        try:
            decision = await self._ask(ticket, Step.COMPLETE, address)
            decision.check()
            await self.admission.admit_commit(ticket)
        except Problem:
            # What is complete already takes no new room, and nobody is asked about it again.
            if file := await run(files.committed, ticket, md5s):
                return file, False
            raise
        return await self._commit(ticket, md5s, decision)

    async def release(self, owner: str, upload_id: str) -> StoredFile:
        """Let a held file be downloaded; doing it again is no error. Raises `not-found`."""
        return await self._release(await self.storage.run(self.storage.held_files.find, owner, upload_id))

    async def reject(self, owner: str, upload_id: str) -> None:
        """Delete a held file. Raises `not-found` and `not-held`."""
        await self._reject(await self.storage.run(self.storage.held_files.find, owner, upload_id))

    async def delete(self, file: StoredFile) -> None:
        """Delete a file of any state, as its owner wants."""
        await self._forget_links(file)
        async with self._telling(EventType.DELETED, file) as outcome:
            await self.storage.run(self.storage.files.delete, file)
            outcome.is_new = True
        self.admission.forget(file.names.owner)

    async def discard(self, ticket: Ticket) -> None:
        """Delete what there is of an upload that is not complete. Raises `already-complete`."""
        await self.storage.run(self.storage.files.discard, ticket)
        self.admission.forget(ticket.owner)

    def close(self) -> None:
        """End what goes on in the background; none of it is lost."""
        self.outbox.close()
        if self.scanner is not None:
            self.scanner.close()

    async def _commit(
        self, ticket: Ticket, md5s: Sequence[str], decision: Decision
    ) -> tuple[StoredFile, bool]:
        # Whoever holds a file decides about it; the scanner only about what nobody else holds.
        scanner = None if decision.verdict is Verdict.HOLD else self.scanner
        state = FileState.STORED if decision.verdict is Verdict.ALLOW and not scanner else FileState.HELD
        if state is FileState.HELD:
            self._check_holding()
        with self.admission.room(ticket) as room:
            async with self._telling(OF_STATE[state], expected(ticket, md5s, state)) as outcome:
                file, is_new = await self.storage.run(self.storage.files.commit, ticket, md5s, state)
                room.is_used = outcome.is_new = is_new
        if scanner is None or not is_new:
            return file, is_new
        return await self._scan(scanner, file), True

    def _check_holding(self) -> None:
        """What somebody looks at has to be what others get, but the uploader may sign for days."""
        if not self.storage.connected.keeps_files:
            detail = (
                "Files have to be looked at here first, and this storage can't keep them from being changed "
                "after that: it has no Static Large Objects."
            )
            raise Problem("refused", detail)

    async def _scan(self, scanner: Scanner, file: StoredFile) -> StoredFile:
        signer = self.storage.connected.signer
        url = signer.held_url(file.container, file.names, now=self.now())
        decision = await scanner.judge(file, url)
        if decision.verdict is Verdict.REFUSE:
            await self._reject(file)
        decision.check()
        return file if decision.verdict is Verdict.HOLD else await self._release(file)

    async def _release(self, file: StoredFile) -> StoredFile:
        held_files, names = self.storage.held_files, file.names
        async with self._telling(EventType.STORED, file) as outcome:
            released, outcome.is_new = await self.storage.run(
                held_files.release, names.owner, names.upload_id
            )
        return released

    async def _reject(self, file: StoredFile) -> None:
        held_files, names = self.storage.held_files, file.names
        if file.state is FileState.HELD:
            await self._forget_links(file)
        async with self._telling(EventType.REJECTED, file) as outcome:
            await self.storage.run(held_files.reject, names.owner, names.upload_id)
            outcome.is_new = True
        self.admission.forget(names.owner)

    async def _forget_links(self, file: StoredFile) -> None:
        """First of all: later nobody would find the file any more, and try again."""
        prefix = links.record_prefix(file.names.owner, file.names.upload_id)
        await self.storage.run(self.storage.records.delete_below, prefix)

    async def _ask(self, ticket: Ticket, step: Step, address: str) -> Decision:
        question = Question.about(ticket, step, address)
        return await policy.ask(self.decide, question, seconds=self.settings.scan_timeout)

    def _telling(self, kind: EventType, file: StoredFile) -> AbstractAsyncContextManager[Outcome]:
        return self.outbox.telling(event(kind, file, now=self.now()))
