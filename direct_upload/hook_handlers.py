"""Where other servers tell what shall become of a held file."""

from __future__ import annotations

from direct_upload.handlers import SiteHandler
from direct_upload.messages import FileMessage, HeldDecision
from direct_upload.operations import STORAGE_PROBLEMS, Operation, operation
from swift_store import names, webhook_signing
from swift_store.errors import Problem
from swift_store.webhook_signing import BadSignature

_SIGNATURE_HEADERS = {
    "webhook-id": "The message's id.",
    "webhook-timestamp": "When it was sent, in Unix seconds.",
    "webhook-signature": "v1 and the signature, by the Standard Webhooks specification.",
}


class ReleaseHook(SiteHandler):
    """It needs no owner: whoever can sign may decide about everybody's files."""

    @operation(
        Operation(
            "Release or reject a held file; signed like our own messages.",
            answers={200: FileMessage, 204: None},
            body=HeldDecision,
            headers=_SIGNATURE_HEADERS,
            problems=(
                *("invalid-signature", "not-found", "not-held", "segments-rejected"),
                *STORAGE_PROBLEMS,
            ),
        )
    )
    async def post(self) -> None:
        self._check_signature()
        asked, commits = self.read(HeldDecision), self.site.commits
        if not (names.is_owner(asked.owner) and names.is_upload_id(asked.id)):
            raise Problem("not-found", "There is no such file. It may have been rejected or deleted.")
        if asked.decision == "release":
            file = await commits.release(asked.owner, asked.id)
            self.answer(200, FileMessage.of(file, self.site.uploads.prefix))
            return
        await commits.reject(asked.owner, asked.id)
        self.set_status(204)

    def _check_signature(self) -> None:
        secret, request = self.site.settings.webhook_secret, self.request
        if secret is None:
            raise Problem("invalid-signature", "This site has no secret for messages.")
        try:
            webhook_signing.verify(secret, request.headers, request.body, now=self.site.now())
        except BadSignature as error:
            raise Problem("invalid-signature", f"The message is not believed: {error}.") from error
