"""Signatures by the Standard Webhooks specification, against its own library."""

import base64
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook

from swift_store import webhook_signing
from swift_store.webhook_signing import BadSignature

SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()
OTHER = "whsec_" + base64.b64encode(bytes(range(1, 33))).decode()
NOW = 1_800_000_000
BODY = '{"name": "été"}'.encode()
HEADERS = webhook_signing.sign(SECRET, "an_id", BODY, now=NOW)


@given(st.text("abc_-0123456789", min_size=1), st.text(max_size=100), st.integers(0, 4_000_000_000))
def test_the_reference_signs_the_same(message_id, text, now):
    headers = webhook_signing.sign(SECRET, message_id, text.encode(), now=now + 0.9)
    signature = Webhook(SECRET).sign(message_id, datetime.fromtimestamp(now, UTC), text)
    assert headers["webhook-signature"] == signature
    assert (headers["webhook-id"], headers["webhook-timestamp"]) == (message_id, str(now))


def test_a_message_of_the_reference_is_believed():
    signature = Webhook(SECRET).sign("x", datetime.fromtimestamp(NOW, UTC), BODY.decode())
    headers = {"webhook-id": "x", "webhook-timestamp": str(NOW), "webhook-signature": signature}
    webhook_signing.verify(SECRET, headers, BODY, now=NOW + 299)


def test_one_good_signature_of_several_is_enough():
    both = f"v1,wrong {HEADERS['webhook-signature']} v1a,xyz"
    webhook_signing.verify(SECRET, HEADERS | {"webhook-signature": both}, BODY, now=NOW)


@pytest.mark.parametrize(
    ("changes", "body", "now", "secret"),
    [
        ({}, BODY + b" ", NOW, SECRET),
        ({}, BODY, NOW, OTHER),
        ({}, BODY, NOW + 301, SECRET),
        ({}, BODY, NOW - 301, SECRET),
        ({"webhook-id": "another"}, BODY, NOW, SECRET),
        ({"webhook-timestamp": str(NOW + 1)}, BODY, NOW, SECRET),
        ({"webhook-timestamp": ""}, BODY, NOW, SECRET),
        ({"webhook-timestamp": "-5"}, BODY, NOW, SECRET),
        ({"webhook-timestamp": "1e9"}, BODY, NOW, SECRET),
        ({"webhook-timestamp": "\u0661"}, BODY, NOW, SECRET),
        ({"webhook-timestamp": "9" * 5000}, BODY, NOW, SECRET),
        ({"webhook-signature": ""}, BODY, NOW, SECRET),
        ({"webhook-signature": "v1,"}, BODY, NOW, SECRET),
        ({"webhook-signature": "v1,é\udcff"}, BODY, NOW, SECRET),
        ({"webhook-signature": HEADERS["webhook-signature"].removeprefix("v1,")}, BODY, NOW, SECRET),
    ],
)
def test_any_change_makes_a_message_unbelievable(changes, body, now, secret):
    with pytest.raises(BadSignature):
        webhook_signing.verify(secret, HEADERS | changes, body, now=now)


def test_a_message_without_our_headers_is_not_believed():
    with pytest.raises(BadSignature):
        webhook_signing.verify(SECRET, {}, BODY, now=NOW)
