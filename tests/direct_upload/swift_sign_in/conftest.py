"""Fixtures for the ways in which the site signs in: a Swift behind a real Keystone, Rackspace's identity."""

import json

import pytest

from swift_store.dev.keystone import keystone_cluster
from swift_store.dev.rackspace_identity import rackspace_identity


@pytest.fixture(scope="module")
def keystone_data(tmp_path_factory):
    """The folder of what Keystone knows."""
    return tmp_path_factory.mktemp("keystone")


@pytest.fixture(scope="module")
def cluster(keystone_data):
    """A Swift that asks a Keystone who comes. Without Keystone's packages this fails, as it should."""
    with keystone_cluster(keystone_data, background_seconds=0) as running:
        yield running


@pytest.fixture(scope="module")
def clouds_yaml(cluster, tmp_path_factory):
    """A function from the name of a cloud to the variables that choose it in a clouds.yaml."""
    credential_id, secret = cluster.application_credential
    where = {"region_name": "RegionOne", "interface": "public", "identity_api_version": 3}
    password = {
        "auth_url": cluster.keystone.url,
        "username": cluster.environ["OS_USERNAME"],
        "password": cluster.environ["OS_PASSWORD"],
        "project_name": cluster.environ["OS_PROJECT_NAME"],
        "user_domain_name": "Default",
        "project_domain_name": "Default",
    }
    application = {
        "auth_url": cluster.keystone.url,
        "application_credential_id": credential_id,
        "application_credential_secret": secret,
    }
    clouds = {
        "by-password": {"auth": password, **where},
        "by-credential": {"auth_type": "v3applicationcredential", "auth": application, **where},
    }
    path = tmp_path_factory.mktemp("clouds") / "clouds.yaml"
    path.write_text(json.dumps({"clouds": clouds}))  # JSON is YAML
    return lambda name: {"OS_CLIENT_CONFIG_FILE": str(path), "OS_CLOUD": name}


@pytest.fixture(scope="module")
def rackspace(swift):
    """Rackspace's identity service in front of the embedded Swift."""
    with rackspace_identity(swift) as identity:
        yield identity
