"""One size of the container after another: fill it, ask it, write into it, sweep it."""

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import requests

from bench.listing import contents
from bench.runner.swift import SwiftFailed
from swift_store.dev import EmbeddedSwift

CONTAINER: Final = "listing"
_EMPTY: Final = "empty"
_PAGE: Final = 100
_SECONDS: Final = 120
_SWEEP_SECONDS: Final = 1800
_SECRET: Final = "only for the container of a measurement, that nobody else reaches"  # noqa: S105
_SEGMENT: Final = b"x" * 1024
# By name: what is asked, and what it is called in a table.
QUESTIONS: Final = {
    "few": f"first page, owner of {contents.FEW} files",
    "many": "first page, owner of many",
    "middle": "page in the middle, owner of many",
    "find": "one file",
    "segment": "PUT of a segment",
    "manifest": "PUT of a manifest",
    "beside": "for comparison: one file of an empty container",
}


@dataclass(frozen=True)
class Waits:
    """Of some requests of a kind, in seconds."""

    median: float
    fastest: float
    slowest: float

    @classmethod
    def of(cls, seconds: Sequence[float]) -> "Waits":
        return cls(statistics.median(seconds), min(seconds), max(seconds))


@dataclass(frozen=True)
class Size:
    """A container with so many objects: its database in bytes, a sweep in seconds, waits by name."""

    objects: int
    files_of_many: int
    database_bytes: int
    filling_seconds: float
    sweep_seconds: float
    waits: Mapping[str, Waits]


class Scene:
    """A container in an embedded cluster, seen over HTTP with a token. The database is filled from below."""

    def __init__(self, swift: EmbeddedSwift, data: Path) -> None:
        self._data = data
        self._environ = {
            **swift.environ,
            "DIRECT_UPLOAD_SECRET": _SECRET,
            "DIRECT_UPLOAD_CONTAINER": CONTAINER,
        }
        self._session = requests.Session()
        asked = {"X-Auth-User": swift.user, "X-Auth-Key": swift.key}
        self._session.headers["X-Auth-Token"] = self._session.get(
            swift.auth_url, headers=asked, timeout=_SECONDS
        ).headers["X-Auth-Token"]
        self._url = swift.storage_url
        self._session.put(f"{swift.storage_url}/{_EMPTY}", timeout=_SECONDS).raise_for_status()
        self._files = 0
        self._written = 0
        _done(self._command("setup", "--json"), _SECONDS)

    def measure(self, objects: int, repetitions: int) -> Size:
        """Let the container grow to so many objects, two a file, and measure it."""
        began = time.perf_counter()
        database = self._grow(objects // 2)
        filled = time.perf_counter()
        # In turns, so that what else goes on in the machine hits all of them alike.
        rounds = [self._round() for _ in range(repetitions)]
        swept = time.perf_counter()
        self._sweep()
        return Size(
            objects=objects,
            files_of_many=contents.files_of_many(self._files),
            database_bytes=database.stat().st_size,
            filling_seconds=filled - began,
            sweep_seconds=time.perf_counter() - swept,
            waits={name: Waits.of([one[name] for one in rounds]) for name in QUESTIONS},
        )

    def _round(self) -> Mapping[str, float]:
        middle = contents.middle_of_many(self._files)
        segment, manifest = self._write()
        return {
            "few": self._page(contents.OWNER_OF_FEW),
            "many": self._page(contents.OWNER_OF_MANY),
            "middle": self._page(contents.OWNER_OF_MANY, middle),
            "find": self._one(CONTAINER),
            "segment": segment,
            "manifest": manifest,
            "beside": self._one(_EMPTY),
        }

    def _grow(self, files: int) -> Path:
        command = [sys.executable, "-P", "-m", "swift_store.dev.filling", f"--data={self._data}", CONTAINER]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as filling:  # noqa: S603 - our own module
            assert filling.stdin is not None and filling.stdout is not None  # noqa: S101, PT018 - pipes
            filling.stdin.writelines(json.dumps(row) + "\n" for row in contents.rows(self._files, files))
            filling.stdin.close()
            said = filling.stdout.read()
        if filling.returncode != 0:
            raise SwiftFailed("the container could not be filled")
        self._files = files
        return Path(said.strip())

    def _one(self, container: str) -> float:
        first = contents.upload_id(0)
        return self._timed("GET", container, prefix=f"files/{contents.OWNER_OF_MANY}/{first}/", limit=1)

    def _page(self, owner: str, after: str = "") -> float:
        marker = f"files/{owner}/{after}/" if after else ""
        return self._timed(
            "GET", CONTAINER, prefix=f"files/{owner}/", limit=_PAGE, marker=marker, reverse="true"
        )

    def _write(self) -> tuple[float, float]:
        """A new file of an owner who has no other: its segment, then its manifest."""
        self._written += 1
        place = f"{contents.md5(f'new {self._written}')}/{contents.upload_id(10**7 + self._written)}"
        name = f"segments/{place}/00000000"
        segment = self._timed("PUT", f"{CONTAINER}/{name}", body=_SEGMENT)
        manifest = json.dumps([{"path": f"/{CONTAINER}/{name}", "size_bytes": len(_SEGMENT)}]).encode()
        query: dict[str, Any] = {"multipart-manifest": "put"}
        return segment, self._timed("PUT", f"{CONTAINER}/files/{place}/film.mp4", body=manifest, **query)

    def _timed(self, method: str, path: str, *, body: bytes = b"", **query: str | int) -> float:
        address, asked = f"{self._url}/{quote(path)}", {"format": "json", **query}
        began = time.perf_counter()
        answer = self._session.request(method, address, params=asked, data=body, timeout=_SECONDS)
        seconds = time.perf_counter() - began
        if not answer.ok:
            raise SwiftFailed(f"Swift answered {method} {path} with {answer.status_code}")
        return seconds

    def _sweep(self) -> None:
        said = json.loads(_done(self._command("sweep", "--dry-run", "--json"), _SWEEP_SECONDS))
        if said["uploads"] or said["broken_files"]:
            raise SwiftFailed("the sweep found what is not there")

    def _command(self, *arguments: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(  # noqa: S603 - our own command
            [sys.executable, "-P", "-m", "direct_upload", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=os.environ | self._environ,
            text=True,
        )


def _done(process: "subprocess.Popen[str]", seconds: float) -> str:
    with process:
        try:
            said, errors = process.communicate(timeout=seconds)
        except BaseException:
            process.kill()
            raise
    if process.returncode != 0:
        raise SwiftFailed(errors.strip()[-400:])
    return said
