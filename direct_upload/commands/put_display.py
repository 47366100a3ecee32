"""How a transfer looks: bars for people, a line of JSON for programs, nothing in a log."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
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
# Smaller ones of many are there too briefly, and are too many, for bars of their own.
_SMALL_BYTES = 4 << 20


class Display(Protocol):
    """What a command tells while it works, in its own thread."""

    def moved(self, progress: Progress) -> None: ...

    def done(self, source: str, file: StoredFile, facts: Mapping[str, Any]) -> None: ...

    def failed(self, source: str, error: ClientError) -> None: ...

    def tell(self, event: str, source: str, words: str, **members: Any) -> None: ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


@dataclass
class Failures:
    """Tells what failed, and keeps it for the exit status."""

    display: Display
    errors: list[ClientError] = field(default_factory=list)

    def add(self, source: str, error: ClientError) -> None:
        self.display.failed(source, error)
        self.errors.append(error)

    def add_all(self, sources: Iterable[object], error: ClientError) -> None:
        for source in sources:
            self.add(str(source), error)


class JsonLines:
    """One object a line: `progress` at most once a second and file, and whatever else is told."""

    def __init__(self) -> None:
        self._told: dict[str, tuple[float, Phase]] = {}

    def moved(self, progress: Progress) -> None:
        now = time.monotonic()
        before, phase = self._told.get(progress.source, (0.0, None))
        if now - before < _JSON_SECONDS and phase is progress.phase:
            return
        self._told[progress.source] = now, progress.phase
        self._line("progress", **{**vars(progress), "phase": progress.phase.value})

    def done(self, source: str, file: StoredFile, facts: Mapping[str, Any]) -> None:
        self._told.pop(source, None)
        self._line("done", source=source, file=file.message(), **facts)

    def failed(self, source: str, error: ClientError) -> None:
        self._told.pop(source, None)
        code = error.code if isinstance(error, SiteRefused) else type(error).__name__
        self._line("failed", source=source, code=code, detail=str(error))

    def tell(self, event: str, source: str, words: str, **members: Any) -> None:  # noqa: ARG002
        self._line(event, source=source, **members)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass

    def _line(self, event: str, **members: Any) -> None:
        click.echo(json.dumps({"event": event, **members}))


class Words:
    """What happened, a line a file. On a terminal, bars too: of all, and of each file of some size."""

    def __init__(self, files: int = 1, size: int | None = None) -> None:
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
        self._smallest_shown = 0 if files == 1 else _SMALL_BYTES
        self._moved: dict[str, int] = {}
        self._all = self._bars.add_task(f"{files} files", total=size) if files > 1 else None

    def moved(self, progress: Progress) -> None:
        if self._all is not None:
            self._bars.advance(self._all, progress.moved_bytes - self._moved.get(progress.source, 0))
        self._moved[progress.source] = progress.moved_bytes
        if progress.size >= self._smallest_shown:
            self._show(progress)

    def _show(self, progress: Progress) -> None:
        if progress.phase in {Phase.DONE, Phase.FAILED}:
            if (task := self._tasks.pop(progress.source, None)) is not None:
                self._bars.remove_task(task)
            return
        words = f"{progress.name} (checking)" if progress.phase is Phase.CHECKING else progress.name
        task = self._tasks.get(progress.source)
        if task is None:
            # It is drawn at once, and perhaps never again.
            self._tasks[progress.source] = self._bars.add_task(
                words, total=progress.size, completed=progress.moved_bytes
            )
        else:
            self._bars.update(task, total=progress.size, completed=progress.moved_bytes, description=words)

    def done(self, source: str, file: StoredFile, facts: Mapping[str, Any]) -> None:  # noqa: ARG002
        more = "".join(f", {key} {value}" for key, value in facts.items())
        held = ", held until somebody has looked at it" if file.state == "held" else ""
        click.echo(f"{file.id}  {file.name}  {file.size} bytes{more}{held}")

    def failed(self, source: str, error: ClientError) -> None:
        click.echo(f"Failed: {source}: {error}", err=True)

    def tell(self, event: str, source: str, words: str, **members: Any) -> None:  # noqa: ARG002
        click.echo(words)

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bars.stop()
