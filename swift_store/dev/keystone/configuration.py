"""The text of Keystone's configuration, and what makes Swift's proxy ask it. Nothing here reads or writes."""

from pathlib import Path

from swift_store.dev.changes import ProxyChanges

ADMIN_PASSWORD = "a password of the embedded Keystone's"  # noqa: S105 - on loopback, for nothing of value
REGION = "RegionOne"
SERVICE_USER = "swift"
SERVICE_PROJECT = "service"
OPERATOR_ROLE = "swiftoperator"


def keystone_conf(folder: Path, token_seconds: int) -> str:
    """`keystone.conf` for the data in FOLDER."""
    return f"""\
[DEFAULT]
log_file = {folder}/keystone.log
[database]
connection = sqlite:///{folder}/keystone.db
[token]
expiration = {token_seconds}
[fernet_tokens]
key_repository = {folder}/tokens
[fernet_receipts]
key_repository = {folder}/receipts
[credential]
key_repository = {folder}/credentials
[identity]
password_hash_rounds = 4
[cache]
enabled = false
"""


def preparation() -> tuple[tuple[str, ...], ...]:
    """The commands of `keystone-manage` that make the data of a new Keystone, in their order."""
    return (
        ("db_sync",),
        ("fernet_setup",),
        ("receipt_setup",),
        ("credential_setup",),
        ("bootstrap", "--bootstrap-password", ADMIN_PASSWORD, "--bootstrap-region-id", REGION),
    )


def swift_behind(keystone_url: str) -> ProxyChanges:
    """A Swift that asks the Keystone at KEYSTONE_URL (`http://host:port/v3`) who people are."""
    authtoken = {
        "paste.filter_factory": "keystonemiddleware.auth_token:filter_factory",
        "www_authenticate_uri": keystone_url,
        "auth_url": keystone_url,
        "auth_type": "password",
        "username": SERVICE_USER,
        "password": ADMIN_PASSWORD,
        "project_name": SERVICE_PROJECT,
        "user_domain_id": "default",
        "project_domain_id": "default",
        # Signed URLs come without a token; Swift decides about them itself.
        "delay_auth_decision": "True",
        "cache": "swift.cache",
        # With a longer memory, as it is usual, a revoked token would live for minutes.
        "token_cache_time": "5",
    }
    keystoneauth = {"use": "egg:swift#keystoneauth", "operator_roles": f"admin, {OPERATOR_ROLE}"}
    return ProxyChanges(
        pipeline={"tempauth": ("authtoken", "keystoneauth")},
        filters={"authtoken": authtoken, "keystoneauth": keystoneauth},
    )
