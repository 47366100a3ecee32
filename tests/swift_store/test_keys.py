"""The keys that come from the application secret."""

import secrets

import pytest

from swift_store.keys import is_weak, tempurl_keys


def test_the_same_secret_gives_the_same_key_everywhere():
    assert tempurl_keys(["a" * 32], "c") == tempurl_keys(["a" * 32], "c")


def test_every_secret_and_every_container_has_a_key_of_its_own():
    keys = {tempurl_keys([secret], container) for secret in ("a", "b") for container in ("c", "d")}
    assert len(keys) == 4


def test_a_key_is_256_bits_in_hex_that_do_not_show_the_secret():
    (key,) = tempurl_keys(["secret"], "c")
    assert len(bytes.fromhex(key.decode())) == 32
    assert b"secret" not in key


def test_keys_keep_the_order_of_the_secrets_and_swift_has_room_for_the_newest_two():
    three = tempurl_keys(["a", "b", "c"], "container")
    assert three == (*tempurl_keys(["b"], "container"), *tempurl_keys(["c"], "container"))


@pytest.mark.parametrize(
    "make", [lambda: secrets.token_hex(16), lambda: secrets.token_hex(32), lambda: secrets.token_urlsafe(24)]
)
def test_random_secrets_are_strong(make):
    assert not any(is_weak(make()) for _ in range(1000))


@pytest.mark.parametrize(
    "secret",
    ["", "x" * 1000, "password" * 4, "changeme" * 4, "1234567890" * 3, "secret-secret-secret-secret-secret"],
)
def test_what_people_type_is_weak(secret):
    assert is_weak(secret)
