"""`direct-upload doctor`: looks at the storage as it is, and says what to mend."""

from __future__ import annotations

import secrets
import sys
import time
from collections.abc import Iterator

import click

from direct_upload.commands.settings import connected, settings_of, swift_in_use, with_flags
from swift_store import account, hazards, tempurl
from swift_store.client import Cluster, SwiftClient
from swift_store.hazards import ProbeFailed
from swift_store.settings import Settings
from swift_store.signer import Signer


@click.command()
@with_flags
def doctor(**flags: str | None) -> None:
    """Check your Swift: what it lacks, and whether an uploader could do there what he must not.

    Prints one line for each fault, and ends with status 1 when there is one. Changes nothing; what it tries
    plays in objects of its own, which it deletes.
    """
    settings = swift_in_use(settings_of(flags))
    with connected(settings) as client:
        cluster = client.cluster()
        version = cluster.info.get("swift", {}).get("version", "of unknown version")
        click.echo(f"Swift {version}, container {settings.container}")
        faults = [*_container_faults(client, settings), *_hazards(client, cluster, settings)]
    for fault in faults:
        click.echo(f"FAULT {fault}")
    if faults:
        sys.exit(1)
    click.echo("All is well.")


def _container_faults(client: SwiftClient, settings: Settings) -> list[str]:
    found = client.head_container(settings.container)
    return account.faults(found, settings.secrets, settings.container, settings.site_origins)


def _hazards(client: SwiftClient, cluster: Cluster, settings: Settings) -> Iterator[str]:
    digest = tempurl.best_digest(cluster.tempurl_digests)
    signer = Signer(
        cluster.origin, cluster.account_path, digest, settings.secrets, lifetime=settings.url_lifetime
    )
    randomness = secrets.token_bytes(hazards.RANDOM_BYTES)
    try:
        found = hazards.all_hazards(
            client, signer, settings.container, now=time.time(), randomness=randomness
        )
    except ProbeFailed as error:
        yield f"Uploads don't work, so their safety can't be tried: {error}. Run 'direct-upload setup'."
        return
    for finding in found:
        yield f"{finding.attack}: {finding.danger}"
