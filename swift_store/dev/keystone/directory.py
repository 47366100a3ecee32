"""What an admin does with Keystone's HTTP API: people, projects, the catalog, tokens."""

from __future__ import annotations

from typing import Any

from keystoneauth1.identity.v3 import Password
from keystoneauth1.session import Session

from swift_store.dev.keystone.configuration import ADMIN_PASSWORD, REGION

_DOMAIN = "default"
_SECONDS = 30


class Directory:
    """The Keystone at URL (`http://host:port/v3`), in the name of its admin."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._session = _session(url, "admin", ADMIN_PASSWORD, "admin")

    def add_project(self, name: str) -> str:
        """A new project's id."""
        return self._add("project", name=name, domain_id=_DOMAIN)

    def add_role(self, name: str) -> str:
        """A new role's id."""
        return self._add("role", name=name)

    def add_user(self, name: str, password: str, *, project_id: str, role_id: str) -> str:
        """The id of a new user, who has this role in this project."""
        user_id = self._add("user", name=name, password=password, domain_id=_DOMAIN)
        self._request("PUT", f"/projects/{project_id}/users/{user_id}/roles/{role_id}")
        return user_id

    def add_endpoints(self, service: str, **urls: str) -> None:
        """Name a service in the catalog, by its type: URLS by interface, with `%(project_id)s` in them."""
        known = self._request("GET", f"/services?type={service}")["services"]
        service_id = known[0]["id"] if known else self._add("service", name=service, type=service)
        for interface, url in urls.items():
            self._add("endpoint", service_id=service_id, interface=interface, url=url, region_id=REGION)

    def role_id(self, name: str) -> str:
        """The id of the role of that name."""
        return str(self._request("GET", f"/roles?name={name}")["roles"][0]["id"])

    def application_credential(self, user: str, password: str, project: str) -> tuple[str, str]:
        """A new application credential (id and secret), made by that user, as only they may."""
        session = _session(self._url, user, password, project)
        answer = session.post(
            f"{self._url}/users/{session.get_user_id()}/application_credentials",
            json={"application_credential": {"name": "uploads"}},
        )
        made = answer.json()["application_credential"]
        return made["id"], made["secret"]

    def token_ends_at(self, token: str) -> str | None:
        """When that token ends, ISO 8601; None when it is not valid."""
        answer = self._session.get(
            f"{self._url}/auth/tokens", headers={"X-Subject-Token": token}, raise_exc=False
        )
        return answer.json()["token"]["expires_at"] if answer.ok else None

    def revoke(self, token: str) -> None:
        """End a token before its time."""
        self._session.delete(f"{self._url}/auth/tokens", headers={"X-Subject-Token": token})

    def _add(self, kind: str, **members: Any) -> str:
        return str(self._request("POST", f"/{kind}s", json={kind: members})[kind]["id"])

    def _request(self, method: str, path: str, **options: Any) -> Any:
        answer = self._session.request(self._url + path, method, **options)
        return answer.json() if answer.content else None


def _session(url: str, user: str, password: str, project: str) -> Session:
    auth = Password(
        url,
        username=user,
        password=password,
        project_name=project,
        user_domain_id=_DOMAIN,
        project_domain_id=_DOMAIN,
    )
    return Session(auth, timeout=_SECONDS)
