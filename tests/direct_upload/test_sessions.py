"""Sessions and begun sign-ins as cookies hold them; and where a sign-in may lead."""

from dataclasses import replace

import pytest

from direct_upload.identity import sessions
from direct_upload.identity.sessions import BegunSignIn, Session

OLD, NEW = "an older secret of the tests 1234", "a newer secret of the tests 56789"
NOW = 1_800_000_000
SESSION = sessions.new_session("id", "https://issuer", "subject", "Ännchen", now=NOW, lifetime=3600)
BEGUN = sessions.begin("/files/x", iter("abc").__next__, now=NOW)


@pytest.mark.parametrize("value", [SESSION, BEGUN])
def test_a_value_comes_back_as_it_was_sealed_with_any_listed_secret(value):
    sealed = sessions.seal(value, [OLD])
    assert sessions.unseal(type(value), sealed, [OLD, NEW], now=NOW) == value
    assert sessions.unseal(type(value), sealed, [NEW], now=NOW) is None


@pytest.mark.parametrize("value", [SESSION, BEGUN])
def test_a_value_ends_by_its_time(value):
    assert sessions.unseal(type(value), sessions.seal(value, [NEW]), [NEW], now=value.expires_at) is None


def test_one_kind_is_not_taken_for_the_other():
    assert sessions.unseal(Session, sessions.seal(BEGUN, [NEW]), [NEW], now=NOW) is None
    assert sessions.unseal(BegunSignIn, sessions.seal(SESSION, [NEW]), [NEW], now=NOW) is None


@pytest.mark.parametrize(
    "cookie", [None, "", "x", "é", "a.b", sessions.seal(SESSION, ["another secret" * 3])]
)
def test_what_we_did_not_sign_is_nothing(cookie):
    assert sessions.unseal(Session, cookie, [NEW], now=NOW) is None


def test_a_session_without_a_readable_end_is_nothing():
    sealed = sessions.seal(replace(SESSION, expires_at="later"), [NEW])
    assert sessions.unseal(Session, sealed, [NEW], now=NOW) is None


def test_a_session_that_is_used_goes_on_but_not_forever():
    later = SESSION.renewed(NOW + 1800, 3600)
    assert later.expires_at == NOW + 5400
    almost = replace(SESSION, expires_at=NOW + sessions.LONGEST_SESSION_SECONDS - 100)
    assert almost.renewed(NOW + 43000, 3600).expires_at == NOW + sessions.LONGEST_SESSION_SECONDS


def test_a_session_is_not_written_anew_at_each_request():
    assert SESSION.renewed(NOW + 10, 3600) is SESSION


PATHS = {
    "/": True, "/files/0191": True, "/a?b=c&d=%2F%2Fe#f": True, "/a//b": True, "/@x": True, "/é": True,
    "": False, "files": False, "//evil.example": False, "/\\evil.example": False, "\\/evil.example": False,
    "https://evil.example": False, "https:/evil": False, "javascript:alert(1)": False,
    "/\t/evil.example": False, "/a\r\nSet-Cookie: x": False, "/a\\b": False, " //evil.example": False,
    "/ /evil.example": False, "/\x00": False, "///evil.example": False,
}  # fmt: skip


@pytest.mark.parametrize(("path", "is_ours"), PATHS.items())
def test_a_sign_in_leads_to_this_site_only(path, is_ours):
    """Open redirects."""
    assert sessions.local_path(path) == (path if is_ours else "/")
