"""The operator's own say in each upload: a function that allows, refuses or holds it.

    from direct_upload.policy import ALLOW, HOLD, Question, Step, refuse

    def decide(question: Question):
        if question.name.endswith(".iso"):
            return refuse("No disk images, please.")
        return HOLD if question.type == "application/zip" else ALLOW

`DIRECT_UPLOAD_POLICY=package.module:decide` names it. It may be `async`, and must be when it waits for
anything. It is asked when an upload is created, where only a refusal counts, and when it is complete.
"""

from __future__ import annotations

import asyncio
import inspect
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum
from importlib import import_module

from swift_store.declarations import ConfigurationError, variable
from swift_store.errors import RETRY_SECONDS, Problem
from swift_store.tickets import Ticket

_log = logging.getLogger(__name__)


class Step(Enum):
    """When a question is asked."""

    CREATE = "create"
    COMPLETE = "complete"


class Verdict(Enum):
    """What may come of an upload."""

    ALLOW = "allow"
    REFUSE = "refuse"
    HOLD = "hold"


@dataclass(frozen=True)
class Question:
    """An upload: whose, from which network address, and what. `size` in bytes."""

    step: Step
    upload_id: str
    owner: str
    address: str
    name: str
    type: str
    size: int

    @classmethod
    def about(cls, ticket: Ticket, step: Step, address: str) -> Question:
        return cls(step, ticket.upload_id, ticket.owner, address, ticket.name, ticket.type, ticket.size)


@dataclass(frozen=True)
class Decision:
    """An answer; `detail` is what the person is told about a refusal."""

    verdict: Verdict
    detail: str = ""

    def check(self) -> None:
        """Raise `refused` when that is the verdict."""
        if self.verdict is Verdict.REFUSE:
            raise Problem("refused", self.detail or "This site does not take this file.")


ALLOW = Decision(Verdict.ALLOW)
HOLD = Decision(Verdict.HOLD)


def refuse(detail: str) -> Decision:
    """Say no; DETAIL is one or two sentences for the person who uploads."""
    return Decision(Verdict.REFUSE, detail)


Policy = Callable[[Question], Decision | Awaitable[Decision]]


def allow_all(_question: Question) -> Decision:
    """What holds when no policy is set."""
    return ALLOW


def load(path: str | None) -> Policy:
    """The function that `package.module:name` names; `ConfigurationError` when there is none."""
    if path is None:
        return allow_all
    module, _, name = path.partition(":")
    try:
        found = getattr(import_module(module), name)
    except (ImportError, AttributeError) as error:
        raise ConfigurationError(f"{variable('policy')} can't be loaded: {error}") from error
    if not callable(found):
        raise ConfigurationError(f"{variable('policy')} is no function: {path}")
    return found  # type: ignore[no-any-return]


async def ask(policy: Policy, question: Question, *, seconds: float) -> Decision:
    """The policy's answer. One that takes too long is HOLD for a complete upload, and 503 for a new one."""
    if policy is allow_all:
        return ALLOW
    try:
        async with asyncio.timeout(seconds):
            answer = policy(question)
            decision = await answer if inspect.isawaitable(answer) else answer
    except TimeoutError as error:
        _log.warning("the policy took more than %s seconds", seconds)
        if question.step is Step.COMPLETE:
            return HOLD
        detail = "Whether this file may be uploaded can't be told just now; try again in a moment."
        raise Problem("policy-unavailable", detail, retry_after=RETRY_SECONDS) from error
    if not isinstance(decision, Decision):
        raise TypeError(f"the policy answered {type(decision).__name__}, not a Decision")
    return decision
