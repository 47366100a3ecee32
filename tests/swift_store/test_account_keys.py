"""Keys of a whole account: set where they are free or ours, and somebody else's left alone."""

import pytest

from swift_store import account_keys
from swift_store.account_keys import KEY, OLD_KEY
from swift_store.capabilities import from_info
from swift_store.errors import SwiftRefused
from swift_store.keys import tempurl_keys

OLD_SECRET, SECRET = (
    "the secret before, which was long enough too",
    "an application secret of the tests, as long",
)
OLD, NEW = (key.decode() for key in tempurl_keys([OLD_SECRET, SECRET], "c"))
GATEWAY = from_info({"swift": {"version": "18.2.4"}})
SWIFT = from_info({"swift": {"version": "2.38.3"}})


class Account:
    """An account's headers, those of its container, and the client that asks for them."""

    def __init__(self, capabilities, *, container=None, **headers):
        self._capabilities, self.headers, self.posts = capabilities, headers, 0
        self._container = container

    def capabilities(self):
        return self._capabilities

    def head_container(self, _name):
        return self._container

    def head_account(self):
        return {name: value for name, value in self.headers.items() if value}

    def post_account(self, headers):
        self.posts += 1
        self.headers |= headers


def prepared(secrets, capabilities=GATEWAY, **found):
    account = Account(capabilities, **found)
    account_keys.prepare(account, secrets, "c")
    assert not account_keys.lacking(account, secrets, "c")
    return account.head_account()


@pytest.mark.parametrize(
    ("secrets", "found", "expected"),
    [
        ([SECRET], {}, {KEY: NEW}),
        ([OLD_SECRET, SECRET], {}, {KEY: NEW, OLD_KEY: OLD}),
        ([OLD_SECRET, SECRET], {KEY: OLD}, {KEY: NEW, OLD_KEY: OLD}),
        ([SECRET], {KEY: "theirs"}, {KEY: "theirs", OLD_KEY: NEW}),
        ([SECRET], {OLD_KEY: "theirs"}, {KEY: NEW, OLD_KEY: "theirs"}),
        ([OLD_SECRET, SECRET], {KEY: "theirs", OLD_KEY: OLD}, {KEY: "theirs", OLD_KEY: NEW}),
    ],
    ids=[
        "none",
        "none, two of ours",
        "our old one",
        "theirs first",
        "theirs second",
        "theirs and our old one",
    ],
)
def test_ours_go_where_nobody_else_s_is(secrets, found, expected):
    assert prepared(secrets, **found) == expected


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ({KEY: OLD}, {KEY: NEW}),
        ({KEY: NEW, OLD_KEY: OLD}, {KEY: NEW}),
        ({KEY: OLD, OLD_KEY: "theirs"}, {KEY: NEW, OLD_KEY: "theirs"}),
    ],
    ids=["one", "beside the new one", "beside theirs"],
)
def test_what_was_ours_by_the_container_s_metadata_goes_with_its_secret(found, expected):
    marked = {"x-container-meta-temp-url-key": OLD}
    account = Account(GATEWAY, container=marked, **found)
    account_keys.prepare(account, [SECRET], "c")
    assert account.head_account() == expected


def test_where_both_are_somebody_else_s_nothing_is_changed():
    account = Account(GATEWAY, **{KEY: "theirs", OLD_KEY: "theirs too"})
    with pytest.raises(SwiftRefused, match="account of its own"):
        account_keys.prepare(account, [SECRET], "c")
    assert account.posts == 0


def test_what_is_right_is_not_written_again():
    account = Account(GATEWAY, **{KEY: NEW})
    account_keys.prepare(account, [SECRET], "c")
    assert account.posts == 0


def test_where_containers_have_keys_the_account_s_are_nobody_s_business():
    assert prepared([SECRET], SWIFT, **{KEY: "theirs"}) == {KEY: "theirs"}
