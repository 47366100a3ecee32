"""Settings that are ready to serve with, whatever is configured."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

from direct_upload import admission
from swift_store.declarations import ConfigurationError, variable
from swift_store.settings import Settings, from_environ


@contextmanager
def ready_settings(*, port: int, environ: Mapping[str, str] = os.environ) -> Iterator[Settings]:
    """Read the settings from the environment; `ConfigurationError` says what is missing.

    PORT is your own site's, which makes its usual addresses on this computer. Where Swift is not configured,
    an embedded one runs until the block ends.
    """
    settings = replace(from_environ(environ), port=port)
    admission.check(settings)
    if settings.swift is None:
        from swift_store.dev.prepared import embedded_swift  # noqa: PLC0415 - an optional extra

        with embedded_swift(settings) as ready:
            yield ready
        return
    if not settings.secrets:
        raise ConfigurationError(f"set {variable('secret')} too: Swift's keys are made from it")
    yield settings
