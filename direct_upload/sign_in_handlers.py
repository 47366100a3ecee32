"""Signing in and out, for browsers; and who the caller is, for the page."""

from __future__ import annotations

from html import escape
from typing import Any

from direct_upload.handlers import SiteHandler
from direct_upload.identity import oidc_paths
from direct_upload.messages import Message
from direct_upload.operations import Operation, Parameter, operation
from swift_store.errors import Problem
from swift_store.settings import IdentityKind

# What a provider may say in its redirect.
_ANSWER = ("code", "state", "iss", "error")
_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title><h1>{title}</h1><p>{detail}</p><p><a href="{address}">{link}</a></p></html>
"""


class SessionMessage(Message):
    """Who the caller is. `sign_in_url` is null when nobody needs to; POST to `sign_out_url` signs out."""

    identity: str
    name: str | None
    sign_in_url: str | None
    sign_out_url: str | None


class SignedOutMessage(Message):
    """Where the browser goes on: perhaps to the provider, to end its session too."""

    location: str


class SessionState(SiteHandler):
    @operation(Operation("Who the caller is, and how to sign in or out.", answers={200: SessionMessage}))
    def get(self) -> None:
        kind = "token" if self.has_token else self.site.identity.kind.value
        signs_in = kind == IdentityKind.OIDC.value
        try:
            name, needs_sign_in = self.caller.name, False
        except Problem as problem:
            if problem.code != "sign-in-needed":
                raise
            name, needs_sign_in = None, signs_in
        self.answer(
            200,
            SessionMessage(
                identity=kind,
                name=name,
                sign_in_url=oidc_paths.SIGN_IN if needs_sign_in else None,
                sign_out_url=oidc_paths.SIGN_OUT if signs_in and not needs_sign_in else None,
            ),
        )


class _SignInHandler(SiteHandler):
    @property
    def sign_in(self) -> Any:
        """The identity that people sign in to; nothing is here with another one."""
        if self.site.identity.kind is not IdentityKind.OIDC:
            raise Problem("not-found", "There is no sign-in on this site.")
        return self.site.identity


class _SignInPage(_SignInHandler):
    """A person reads what goes wrong here."""

    def page(self, title: str, detail: str, link: str) -> None:
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.finish(
            _PAGE.format(title=escape(title), detail=escape(detail), link=link, address=oidc_paths.SIGN_IN)
        )

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        problem = self.problem(status_code, kwargs)
        if problem.code not in {"sign-in-failed", "sign-in-unavailable"}:
            super().write_error(status_code, **kwargs)
            return
        self.site.metrics.problems.labels(problem.code).inc()
        self.set_status(problem.status)
        self.page("Not signed in", problem.detail, "Sign in again")


class SignIn(_SignInPage):
    @operation(
        Operation(
            "Begin to sign in: go to the provider. For browsers.",
            answers={302: None},
            query={"next": Parameter("The path on this site to come back to.")},
            problems=("not-found", "sign-in-unavailable"),
        )
    )
    async def get(self) -> None:
        self.redirect(await self.sign_in.begin(self, self.get_query_argument("next", "/")))


class SignInCallback(_SignInPage):
    @operation(
        Operation(
            "Come back from the provider. For browsers.",
            answers={302: None},
            query=dict.fromkeys(_ANSWER, Parameter("As the provider gave it.")),
            problems=("not-found", "sign-in-failed", "sign-in-unavailable"),
        )
    )
    async def get(self) -> None:
        given = ((name, self.get_query_argument(name, None)) for name in _ANSWER)
        answer = {name: value for name, value in given if value is not None}
        self.redirect(await self.sign_in.finish(self, answer))


class SignOut(_SignInHandler):
    @operation(
        Operation(
            "Sign out; the answer says where the browser goes on.",
            answers={200: SignedOutMessage},
            problems=("not-found",),
        )
    )
    async def post(self) -> None:
        self.answer(200, SignedOutMessage(location=await self.sign_in.end(self)))


class SignedOut(_SignInPage):
    @operation(Operation("The page after signing out.", answers={200: "text/html"}, problems=("not-found",)))
    def get(self) -> None:
        _ = self.sign_in
        self.page("Signed out", "You have signed out.", "Sign in again")
