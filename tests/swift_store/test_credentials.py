"""How the servers sign in, from the variables that Swift's own tools read."""

import pickle

import pytest

from swift_store.credentials import IncompleteCredentials, credentials_from

V1 = {"ST_AUTH": "http://swift/auth/v1.0", "ST_USER": "test:tester", "ST_KEY": "hidden"}
PASSWORD = {
    "OS_AUTH_URL": "http://keystone/v3",
    "OS_USERNAME": "u",
    "OS_PASSWORD": "hidden",
    "OS_PROJECT_NAME": "p",
}
APPLICATION = {
    "OS_AUTH_URL": "http://keystone/v3",
    "OS_AUTH_TYPE": "v3applicationcredential",
    "OS_APPLICATION_CREDENTIAL_ID": "i",
    "OS_APPLICATION_CREDENTIAL_SECRET": "hidden",
}
WAYS = pytest.mark.parametrize("environ", [V1, PASSWORD, APPLICATION], ids=["v1", "password", "application"])


def without(environ, name):
    return {key: value for key, value in environ.items() if key != name}


def test_nothing_set_means_no_credentials():
    assert credentials_from({}) is None
    assert credentials_from({"OS_REGION_NAME": "RegionOne", "ST_AUTH": ""}) is None


def test_v1_gives_swiftclient_its_arguments():
    arguments = credentials_from(V1).connection_arguments()
    assert (arguments["authurl"], arguments["auth_version"]) == ("http://swift/auth/v1.0", "1")
    assert (arguments["user"], arguments["key"]) == ("test:tester", "hidden")


def test_keystone_gives_swiftclient_its_options():
    extra = {"OS_REGION_NAME": "R", "OS_USER_DOMAIN_NAME": "d", "OS_CACERT": "/ca.pem"}
    arguments = credentials_from(PASSWORD | extra).connection_arguments()
    assert (arguments["auth_version"], arguments["cacert"]) == ("3", "/ca.pem")
    assert arguments["os_options"] == {"project_name": "p", "region_name": "R", "user_domain_name": "d"}


def test_an_application_credential_needs_no_user():
    options = credentials_from(APPLICATION).connection_arguments()["os_options"]
    assert options["auth_type"] == "v3applicationcredential"
    assert options["application_credential_secret"] == "hidden"


def test_a_project_may_be_given_by_its_id():
    environ = without(PASSWORD, "OS_PROJECT_NAME") | {"OS_PROJECT_ID": "1"}
    assert credentials_from(environ).connection_arguments()["os_options"] == {"project_id": "1"}


@pytest.mark.parametrize(
    ("environ", "missing"),
    [
        *((V1, name) for name in V1),
        *((PASSWORD, name) for name in PASSWORD),
        *((APPLICATION, name) for name in APPLICATION if name != "OS_AUTH_TYPE"),
    ],
)
def test_half_credentials_name_what_is_missing(environ, missing):
    with pytest.raises(IncompleteCredentials, match=missing):
        credentials_from(without(environ, missing))


@WAYS
def test_credentials_do_not_show_their_secret(environ):
    assert "hidden" not in repr(credentials_from(environ))


@WAYS
def test_credentials_can_be_handed_to_another_process(environ):
    credentials = credentials_from(environ)
    assert pickle.loads(pickle.dumps(credentials)) == credentials  # noqa: S301 - our own
