"""How the servers sign in, from the variables that Swift's own tools read."""

import pickle

import pytest

from swift_store.credentials import IncompleteCredentials, credentials_from, v1_environ

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
RACKSPACE = {"RS_USERNAME": "u", "RS_API_KEY": "hidden", "RS_REGION_NAME": "DFW"}
CLOUD = {"OS_CLOUD": "mine"}
WAYS = pytest.mark.parametrize(
    "environ", [V1, PASSWORD, APPLICATION, RACKSPACE, CLOUD], ids=lambda way: next(iter(way))
)


def without(environ, name):
    return {key: value for key, value in environ.items() if key != name}


def test_nothing_set_means_no_credentials():
    assert credentials_from({}) is None
    assert credentials_from({"OS_REGION_NAME": "RegionOne", "ST_AUTH": "", "OS_CLOUD": ""}) is None


@pytest.mark.parametrize(
    ("environ", "method", "options"),
    [
        (V1, "v1", {"authurl": "http://swift/auth/v1.0", "user": "test:tester", "key": "hidden"}),
        (
            PASSWORD | {"OS_USER_DOMAIN_NAME": "d"},
            "v3password",
            {
                "auth_url": "http://keystone/v3",
                "username": "u",
                "password": "hidden",
                "project_name": "p",
                "user_domain_name": "d",
                "project_domain_id": "default",
            },
        ),
        (without(APPLICATION, "OS_AUTH_TYPE"), "v3applicationcredential", None),
        (PASSWORD | {"OS_AUTH_TYPE": "v3password"}, "v3password", None),
        (
            APPLICATION | {"OS_PROJECT_NAME": "of the credential already"},
            "v3applicationcredential",
            {
                "auth_url": "http://keystone/v3",
                "application_credential_id": "i",
                "application_credential_secret": "hidden",
            },
        ),
        (
            RACKSPACE,
            "rackspace",
            {
                "auth_url": "https://identity.api.rackspacecloud.com/v2.0",
                "username": "u",
                "api_key": "hidden",
            },
        ),
        (RACKSPACE | {"RS_AUTH_URL": "http://elsewhere"}, "rackspace", None),
        (CLOUD, "clouds.yaml", {"cloud": "mine"}),
        (CLOUD | PASSWORD, "clouds.yaml", {"cloud": "mine"}),
        (CLOUD | V1, "v1", None),
    ],
)
def test_each_way_of_signing_in_has_its_options(environ, method, options):
    credentials = credentials_from(environ)
    assert credentials.method == method
    assert options is None or dict(credentials.options) == options


@pytest.mark.parametrize(
    ("extra", "interface"),
    [
        ({}, "public"),
        ({"OS_INTERFACE": "internal"}, "internal"),
        ({"OS_ENDPOINT_TYPE": "internalURL"}, "internal"),
    ],
)
def test_the_interface_may_be_named_in_the_old_way(extra, interface):
    assert credentials_from(PASSWORD | extra).interface == interface
    assert credentials_from(RACKSPACE | extra).interface == interface


def test_who_names_no_domain_means_the_one_of_openstack_s_client():
    options = dict(credentials_from(PASSWORD).options)
    assert (options["user_domain_id"], options["project_domain_id"]) == ("default", "default")
    options = dict(credentials_from(PASSWORD | {"OS_DEFAULT_DOMAIN": "d"}).options)
    assert (options["user_domain_id"], options["project_domain_id"]) == ("d", "d")


def test_ids_need_no_domain():
    ids = {"OS_PROJECT_ID": "1", "OS_USER_ID": "2"}
    options = dict(credentials_from(PASSWORD | ids).options)
    assert {"user_domain_id", "project_domain_id"} & options.keys() == set()


def test_a_way_that_is_not_offered_is_refused():
    with pytest.raises(IncompleteCredentials, match="v3oidcpassword is none of"):
        credentials_from(PASSWORD | {"OS_AUTH_TYPE": "v3oidcpassword"})


def test_the_region_and_the_certificates_are_kept():
    credentials = credentials_from(PASSWORD | {"OS_REGION_NAME": "R", "OS_CACERT": "/ca.pem"})
    assert (credentials.region, credentials.cacert) == ("R", "/ca.pem")


def test_users_and_projects_may_be_given_by_their_ids():
    environ = without(without(PASSWORD, "OS_PROJECT_NAME"), "OS_USERNAME")
    options = dict(credentials_from(environ | {"OS_PROJECT_ID": "1", "OS_USER_ID": "2"}).options)
    assert (options["project_id"], options["user_id"]) == ("1", "2")


@pytest.mark.parametrize(
    ("environ", "missing"),
    [
        *((V1, name) for name in V1),
        *((PASSWORD, name) for name in PASSWORD),
        *((APPLICATION, name) for name in APPLICATION if name != "OS_AUTH_TYPE"),
        *((RACKSPACE, name) for name in RACKSPACE),
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


def test_version_1_can_be_handed_on_as_variables():
    assert v1_environ(credentials_from(V1)) == V1
