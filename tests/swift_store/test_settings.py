"""The settings: each one read, each bad value named, and the list documented."""

import re
from dataclasses import fields
from ipaddress import ip_network
from pathlib import Path

import pytest

from swift_store.declarations import ConfigurationError, declared, markdown_table, variable
from swift_store.settings import EventLoop, IdentityKind, Settings, from_environ

README = Path(__file__).parents[2] / "README.md"
WEBHOOK_SECRET = "whsec_" + "Zm9v" * 8

SECRET, OLD, OLDER = "0123456789abcdef" * 2, "fedcba9876543210" * 2, "89abcdef01234567" * 3

# Setting -> a good text, what it means, and bad texts.
CASES = {
    "host": ("0.0.0.0", "0.0.0.0", ()),
    "port": ("0", 0, ("-1", "65536", "80.0", "http", "1" * 5000)),
    "workers": ("4", 4, ("0", "65", "two")),
    "event_loop": ("uvloop", EventLoop.UVLOOP, ("libuv", "UVLOOP")),
    "log_json": ("yes", True, ("2", "maybe")),
    "stop_timeout": ("0", 0, ("-1", "3601", "1s")),
    "data_dir": ("/srv/data", "/srv/data", ()),
    "origins": (
        "https://A.example:443 http://[::1]:80/ http://b_c.example:8080",
        ("https://a.example", "http://[::1]", "http://b_c.example:8080"),
        ("a.example", "ftp://a.example", "https://a.example/path", "https://a.example?", "https://u@a.example",
         "https://", "https://a;b", "http://[::1", "https://a.example:port"),
    ),
    "secret": (SECRET, SECRET, (SECRET[1:], "s" * 100, "secret" * 6, "0123456789" * 2, "01" * 40)),
    "old_secrets": (f"{OLD} {OLDER}", (OLD, OLDER), (f"{OLD} short", f"{OLD} {'s' * 40}")),
    "container": ("été", "été", ("a/b", ".", "..", "é" * 129)),
    "containers": ("256", 256, ("0", "257", "many")),
    "swift_public_url": (
        "https://swift.example:8080", "https://swift.example:8080", ("https://a b", "http://a/v1", "a"),
    ),
    "swift_connections": ("1", 1, ("0", "257")),
    "swift_timeout": ("600", 600, ("0", "601")),
    "commit_timeout": ("3600", 3600, ("0", "3601")),
    "max_file_size": ("5 GiB", 5 << 30, ("-1", "1.5GiB", "1GB", "much", "1 0")),
    "segment_size": ("1MiB", 1 << 20, ("1048575", "1000KiB", "0")),
    "url_lifetime": ("86400", 86400, ("0", "86401")),
    "ticket_lifetime": ("60", 60, ("59", "31536001")),
    "sweep_interval": ("0", 0, ("-1", "2592001", "6h")),
    "identity": ("oidc", IdentityKind.OIDC, ("nobody", "OIDC")),
    "identity_header": ("X-Remote-User", "X-Remote-User", ("X Remote", "X-Remote:", "é", "x" * 65)),
    "trusted_proxies": (
        "10.0.0.0/8 ::1", (ip_network("10.0.0.0/8"), ip_network("::1/128")),
        ("10.0.0.1/8", "proxy", "300.0.0.1"),
    ),
    "oidc_issuer": (
        "https://login.example/realms/main", "https://login.example/realms/main",
        ("http://login.example", "login.example", "https://login.example/?a=b", "https://", "http://localhost.evil"),
    ),
    "oidc_client_id": ("site", "site", ()),
    "oidc_client_secret": ("s3cret", "s3cret", ()),
    "oidc_scope": ("openid email", "openid email", ()),
    "session_lifetime": ("60", 60, ("59", "86401")),
    "owner_bytes": ("10GiB", 10 << 30, ("much",)),
    "owner_files": ("0", 0, ("-1", "few")),
    "owner_uploads": ("5", 5, ("0",)),
    "site_bytes": ("1TiB", 1 << 40, ("-1",)),
    "site_files": ("7", 7, ("7.5",)),
    "site_uploads": ("500", 500, ("0",)),
    "container_quota": ("2TiB", 2 << 40, ("2TB",)),
    "allowed_types": ("image/* video/mp4", ("image/*", "video/mp4"), ()),
    "denied_types": ("application/zip", ("application/zip",), ()),
    "allowed_names": ("*.jpg holiday/*", ("*.jpg", "holiday/*"), ()),
    "denied_names": ("*.exe", ("*.exe",), ()),
    "owner_tickets": ("60", 60, ("0", "60/m")),
    "address_tickets": ("600", 600, ("0",)),
    "redis_url": ("redis://:pw@r:6379/1", "redis://:pw@r:6379/1", ("http://r", "r:6379")),
    "policy": ("site.rules:decide", "site.rules:decide", ("site.rules", "a b:c", ":decide", "site:")),
    "scan_url": ("http://scan/x?y=1", "http://scan/x?y=1", ("scan", "ftp://scan", "http://", "http://a b")),
    "scan_timeout": ("300", 300, ("0", "301")),
    "webhook_url": ("https://hooks.example/u", "https://hooks.example/u", ("hooks", "https:///u")),
    "webhook_secret": (WEBHOOK_SECRET, WEBHOOK_SECRET, ("whsec_", "whsec_!", "s" * 40, "whsec_AAAA")),
    "allow_unsafe_swift": ("1", True, ("2",)),
}  # fmt: skip

BAD = [(name, text) for name, (_good, _value, bad) in CASES.items() for text in bad]


def test_every_setting_has_a_case_here():
    assert list(CASES) == [one.name for one in declared(Settings)]
    assert {one.name for one in fields(Settings)} - set(CASES) == {"swift"}


@pytest.mark.parametrize(
    ("name", "text", "value"), [(name, case[0], case[1]) for name, case in CASES.items()]
)
def test_a_setting_is_read_from_its_variable(name, text, value):
    others = {variable("webhook_secret"): WEBHOOK_SECRET} if name.endswith("_url") else {}
    assert getattr(from_environ(others | {variable(name): text}), name) == value


@pytest.mark.parametrize(("name", "text"), BAD, ids=[f"{name}={text[:20]!r}" for name, text in BAD])
def test_a_bad_value_is_refused_in_one_line_that_names_the_variable(name, text):
    with pytest.raises(ConfigurationError) as refused:
        from_environ({variable(name): text})
    sentence = str(refused.value)
    assert sentence.startswith(f"{variable(name)} takes ")
    assert "\n" not in sentence


@pytest.mark.parametrize("text", ["33554432", "33554432B", "32768KiB", "32MiB", "32 MiB", " 32MiB "])
def test_a_size_may_be_written_in_several_ways(text):
    assert from_environ({variable("segment_size"): text}).segment_size == 32 << 20


@pytest.mark.parametrize(
    ("text", "value"), [("on", True), ("TRUE", True), ("off", False), ("0", False), ("No", False)]
)
def test_a_switch_may_be_written_in_several_ways(text, value):
    assert from_environ({variable("log_json"): text}).log_json is value


def test_a_typing_mistake_is_not_overlooked():
    with pytest.raises(ConfigurationError, match="DIRECT_UPLOAD_PROT is not a setting"):
        from_environ({"DIRECT_UPLOAD_PROT": "80"})


def test_other_programs_variables_do_not_matter():
    assert from_environ({"PATH": "/bin", "PORT": "x", "UPLOAD_PORT": "1"}) == Settings()


def test_an_empty_variable_is_as_good_as_none():
    assert from_environ({variable(name): "" for name in CASES}) == Settings()


@pytest.mark.parametrize("name", ["scan_url", "webhook_url"])
def test_what_is_told_to_others_needs_a_secret_to_sign_it(name):
    with pytest.raises(ConfigurationError, match="set DIRECT_UPLOAD_WEBHOOK_SECRET too"):
        from_environ({variable(name): "https://hooks.example"})


def test_credentials_are_read_too_and_half_of_them_are_an_error():
    environ = {"ST_AUTH": "http://s/auth/v1.0", "ST_USER": "a:b", "ST_KEY": "k"}
    assert dict(from_environ(environ).swift.options)["user"] == "a:b"
    with pytest.raises(ConfigurationError, match="set ST_KEY too"):
        from_environ({**environ, "ST_KEY": ""})


def test_secrets_go_from_oldest_to_newest():
    environ = {variable("secret"): SECRET, variable("old_secrets"): f"{OLDER} {OLD}"}
    assert from_environ(environ).secrets == (OLDER, OLD, SECRET)
    assert Settings().secrets == ()


def test_without_origins_the_site_is_opened_on_this_machine():
    assert Settings(port=80).site_origins == ("http://localhost:80", "http://127.0.0.1:80")


@pytest.mark.parametrize(
    ("origins", "over_https"), [(("https://a",), True), (("https://a", "http://b"), False), (None, False)]
)
def test_https_counts_only_when_every_origin_has_it(origins, over_https):
    assert Settings(origins=origins).over_https is over_https


def test_secrets_and_keys_do_not_show_when_settings_are_printed():
    environ = {
        variable("secret"): SECRET,
        variable("old_secrets"): OLD,
        variable("webhook_secret"): WEBHOOK_SECRET,
        variable("redis_url"): "redis://:redispassword@r",
    }
    swift = {"ST_AUTH": "http://s/auth", "ST_USER": "a:b", "ST_KEY": "keykeykey"}
    printed = repr(from_environ(environ | swift))
    assert not any(hidden in printed for hidden in (SECRET, OLD, "keykeykey", "Zm9v", "redispassword"))


def test_the_table_has_a_row_for_each_setting():
    rows = markdown_table(Settings).splitlines()[2:]
    assert [row.split("`")[1] for row in rows] == [variable(name) for name in CASES]
    assert all(row.count(" | ") == 2 for row in rows)


def test_the_readme_has_the_table_of_settings():
    shown = re.search(r"<!-- settings -->\n(.*?)\n<!-- /settings -->", README.read_text(), re.DOTALL)
    assert shown[1].strip() == markdown_table(Settings)
