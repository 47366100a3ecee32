"""A Swift and the Keystone that it asks, with one user who may store things."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from swift_store.dev.embedded import EmbeddedSwift
from swift_store.dev.keystone import configuration
from swift_store.dev.keystone.directory import Directory
from swift_store.dev.keystone.embedded import EmbeddedKeystone
from swift_store.dev.keystone.environment import environment

USER = "jane"
PASSWORD = "jane's password"  # noqa: S105 - on loopback, for nothing of value
PROJECT = "uploads"


@dataclass(frozen=True)
class KeystoneCluster:
    """`environ` signs the user in with a password, `application_environ` with an application credential."""

    keystone: EmbeddedKeystone
    swift: EmbeddedSwift
    project_id: str
    application_credential: tuple[str, str]

    @property
    def storage_url(self) -> str:
        """The project's account, by the catalog's public address; the internal one says `localhost`."""
        return _account_url(self.swift, "127.0.0.1") % {"project_id": self.project_id}

    @property
    def environ(self) -> Mapping[str, str]:
        return {
            "OS_AUTH_URL": self.keystone.url,
            "OS_USERNAME": USER,
            "OS_PASSWORD": PASSWORD,
            "OS_PROJECT_NAME": PROJECT,
            "OS_USER_DOMAIN_NAME": "Default",
            "OS_PROJECT_DOMAIN_NAME": "Default",
            "OS_REGION_NAME": configuration.REGION,
        }

    @property
    def application_environ(self) -> Mapping[str, str]:
        identifier, secret = self.application_credential
        return {
            "OS_AUTH_URL": self.keystone.url,
            "OS_AUTH_TYPE": "v3applicationcredential",
            "OS_APPLICATION_CREDENTIAL_ID": identifier,
            "OS_APPLICATION_CREDENTIAL_SECRET": secret,
            "OS_REGION_NAME": configuration.REGION,
        }


@contextmanager
def keystone_cluster(
    data: Path | None = None, *, background_seconds: float = 5.0
) -> Iterator[KeystoneCluster]:
    """Run both. `data` keeps what Keystone knows, so that others may run on it too; Swift keeps nothing."""
    with EmbeddedKeystone(data) as keystone:
        directory = keystone.directory
        # Where Swift's middleware looks for Keystone again.
        directory.add_endpoints("identity", internal=keystone.url)
        project_id = _add_people(directory)
        changes = configuration.swift_behind(keystone.url)
        with EmbeddedSwift(
            background_seconds=background_seconds, changes=changes, python=environment().python
        ) as swift:
            directory.add_endpoints(
                "object-store",
                public=_account_url(swift, "127.0.0.1"),
                internal=_account_url(swift, "localhost"),
            )
            credential = directory.application_credential(USER, PASSWORD, PROJECT)
            yield KeystoneCluster(keystone, swift, project_id, credential)


def _add_people(directory: Directory) -> str:
    service = directory.add_project(configuration.SERVICE_PROJECT)
    # Swift's own user needs a role with which Keystone lets it look at other people's tokens.
    directory.add_user(
        configuration.SERVICE_USER,
        configuration.ADMIN_PASSWORD,
        project_id=service,
        role_id=directory.role_id("admin"),
    )
    project = directory.add_project(PROJECT)
    operator = directory.add_role(configuration.OPERATOR_ROLE)
    directory.add_user(USER, PASSWORD, project_id=project, role_id=operator)
    return project


def _account_url(swift: EmbeddedSwift, host: str) -> str:
    return f"http://{host}:{urlsplit(swift.auth_url).port}/v1/AUTH_%(project_id)s"
