"""Files that go together: created in one request, sent, made files in one request."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future, wait
from contextlib import ExitStack
from typing import TypeVar

from direct_upload.client.crew import Crew
from direct_upload.client.errors import ClientError, Interrupted, SegmentsRejected, SiteRefused
from direct_upload.client.means import Means
from direct_upload.client.patience import repeat
from direct_upload.client.upload import Outcome, Upload
from direct_upload.client.values import Phase, StoredFile

R = TypeVar("R")

# Segments that were overwritten or lost between sending and completing are sent again, so often.
_COMPLETIONS = 3


class Group:
    """Files that are created together and completed together. Each succeeds or fails by itself."""

    def __init__(self, uploads: Sequence[Upload], means: Means, crew: Crew) -> None:
        self._uploads = uploads
        self._means = means
        self._crew = crew
        self._stored: dict[Upload, StoredFile] = {}

    def run(self) -> list[Outcome]:
        with ExitStack() as opened:
            for upload in self._alive:
                opened.callback(upload.close)
                self._each(upload, upload.open)
            self._create([one for one in self._alive if one.record is None])
            self._send({one: one.numbers for one in self._alive})
            for last in range(_COMPLETIONS):
                self._complete(is_last=last == _COMPLETIONS - 1)
            return [self._outcome(upload) for upload in self._uploads]

    def call_off(self) -> None:
        """Nobody waits for it any more."""
        for upload in self._uploads:
            upload.call_off()

    @property
    def _alive(self) -> list[Upload]:
        return [one for one in self._uploads if one.failure is None and one not in self._stored]

    def _create(self, uploads: list[Upload]) -> None:
        site, stopping = self._means.site, self._means.stopping
        if len(uploads) == 1:
            self._each(uploads[0], uploads[0].create)
            return
        self._in_batches(
            uploads, lambda some: site.create_all([one.wish for one in some], stopping), Upload.created
        )

    def _send(self, numbers: dict[Upload, list[int]]) -> None:
        sending = {
            upload: [self._crew.submit(upload.send, number) for number in some]
            for upload, some in numbers.items()
        }
        # Whatever failed, no thread may be at a file that is closed.
        wait(future for futures in sending.values() for future in futures)
        for upload, futures in sending.items():
            self._each(upload, lambda futures=futures: _raise_first(futures))  # type: ignore[misc]

    def _complete(self, *, is_last: bool) -> None:
        uploads = self._alive
        rejected: dict[Upload, list[int]] = {}

        def judge(upload: Upload, error: ClientError) -> None:
            if is_last or not isinstance(error, SegmentsRejected):
                raise error
            rejected[upload] = sorted(error.numbers)
            upload.again(rejected[upload])

        commits = {}
        for upload in uploads:
            upload.meter.enter(Phase.CHECKING)
            self._each(upload, lambda one=upload: commits.update({one: one.commit}))  # type: ignore[misc]
        ready = list(commits)
        site, stopping = self._means.site, self._means.stopping
        if len(ready) == 1:
            only = ready[0]
            self._each(only, lambda: self._finished(only, site.complete(commits[only], stopping)), judge)
        elif ready:
            self._in_batches(
                ready,
                lambda some: site.complete_all([commits[one] for one in some], stopping),
                self._finished,
                judge,
            )
        self._send(rejected)

    def _finished(self, upload: Upload, stored: StoredFile) -> None:
        self._stored[upload] = upload.finish(stored)
        upload.meter.enter(Phase.DONE)

    def _in_batches(
        self,
        uploads: Sequence[Upload],
        ask: Callable[[Sequence[Upload]], Sequence[R | SiteRefused]],
        take: Callable[[Upload, R], None],
        judge: Callable[[Upload, ClientError], None] | None = None,
    ) -> None:
        """Ask for all at once; again for those whose refusal may pass, until patience ends."""
        left = list(uploads)

        def once() -> None:
            last: SiteRefused | None = None
            answers = list(zip(left, ask(left), strict=True))
            left.clear()
            for upload, answer in answers:
                if isinstance(answer, SiteRefused):
                    if answer.is_temporary:
                        left.append(upload)
                        last = answer
                    else:
                        self._fail(upload, answer, judge)
                else:
                    self._each(upload, lambda one=upload, it=answer: take(one, it))  # type: ignore[misc]
            if last is not None:
                raise last

        if not left:
            return
        try:
            repeat(once, self._means.patience, self._means.stopping)
        except ClientError as error:
            for upload in left:
                self._fail(upload, error, judge)

    def _each(
        self,
        upload: Upload,
        step: Callable[[], object],
        judge: Callable[[Upload, ClientError], None] | None = None,
    ) -> None:
        """Do one step for one upload; what goes wrong is its own failure."""
        try:
            step()
        except ClientError as error:
            self._fail(upload, error, judge)

    def _fail(
        self, upload: Upload, error: ClientError, judge: Callable[[Upload, ClientError], None] | None = None
    ) -> None:
        try:
            if judge is None:
                raise error
            judge(upload, error)
        except ClientError as final:
            upload.give_up(final)
            upload.meter.enter(Phase.FAILED)

    def _outcome(self, upload: Upload) -> Outcome:
        return Outcome(upload.item, self._stored.get(upload), upload.failure)


def _raise_first(futures: Sequence[Future[None]]) -> None:
    """Raise the first failure, rather than that others were called off for it."""
    failures = [error for one in futures if (error := one.exception()) is not None]
    for error in sorted(failures, key=lambda error: isinstance(error, Interrupted)):
        raise error
