"""How a transfer looks: bars for people, a line of JSON for programs, nothing in a log."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Protocol, Self

import click
from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)
from rich.progress import (
    Progress as Bars,
)

from direct_upload.client import ClientError, Phase, Progress, SiteRefused, StoredFile

_JSON_SECONDS = 1.0


class Display(Protocol):
    """What a command tells while it works; called from one thread at a time."""

    def moved(self, progress: Progress) -> None: ...

    def done(self, source: str, file: StoredFile, facts: Mapping[str, Any]) -> None: ...

    def failed(self, source: str, error: ClientError) -> None: ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class JsonLines:
    """One object a line: `progress` at most once a second and file, `done`, `failed`."""

    def __init__(self) -> None:
        self._told: dict[str, tuple[float, Phase]] = {}

    def moved(self, progress: Progress) -> None:
        now = time.monotonic()
        before, phase = self._told.get(progress.name, (0.0, None))
        if now - before < _JSON_SECONDS and phase is progress.phase:
            return
        self._told[progress.name] = now, progress.phase
        self._line("progress", **{**vars(progress), "phase": progress.phase.value})

    def done(self, source: str, file: StoredFile, facts: Mapping[str, Any]) -> None:
        self._told.pop(file.name, None)
        self._line("done", source=source, file=file.message(), **facts)

    def failed(self, source: str, error: ClientError) -> None:
        code = error.code if isinstance(error, SiteRefused) else type(error).__name__
        self._line("failed", source=source, code=code, detail=str(error))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass

    @staticmethod
    def _line(event: str, **members: Any) -> None:
        click.echo(json.dumps({"event": event, **members}))


class Words:
    """What happened, a line a file; with bars where there is a terminal."""

    def __init__(self) -> None:
        console = Console(stderr=True)
        self._bars = Bars(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            DownloadColumn(binary_units=True),
            TransferSpeedColumn(),
            TimeRemainingColumn(),
            console=console,
            disable=not console.is_terminal,
            transient=True,
        )
        self._tasks: dict[str, TaskID] = {}

    def moved(self, progress: Progress) -> None:
        task = self._tasks.get(progress.name)
        if task is None:
            task = self._tasks[progress.name] = self._bars.add_task(progress.name, total=progress.size)
        words = f"{progress.name} (checking)" if progress.phase is Phase.CHECKING else progress.name
        self._bars.update(task, total=progress.size, completed=progress.moved_bytes, description=words)
        if progress.phase in {Phase.DONE, Phase.FAILED}:
            self._bars.update(task, visible=False)

    def done(self, source: str, file: StoredFile, facts: Mapping[str, Any]) -> None:  # noqa: ARG002
        more = "".join(f", {key} {value}" for key, value in facts.items())
        click.echo(f"{file.id}  {file.name}  {file.size} bytes{more}")

    def failed(self, source: str, error: ClientError) -> None:
        click.echo(f"Failed: {source}: {error}", err=True)

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bars.stop()
