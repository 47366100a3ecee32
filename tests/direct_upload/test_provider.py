"""What we take from a provider: a table of answers that look right and are not."""

import asyncio
import json
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from direct_upload.identity.provider import Exchange, OidcProvider
from swift_store.errors import Problem

CLIENT, SECRET = "site", "the client's secret, long enough for HS256 to accept it"
KEY, OTHER_KEY = (RSAKey.generate_key(2048, {"kid": kid}) for kid in ("one", "other"))
EXCHANGE = Exchange("http://localhost:1/auth/callback", "the state", "the nonce", "v" * 43)
ANSWER = {"code": "the code", "state": "the state"}


class Pretender:
    """A provider whose every word a test chooses. `asked` are the bodies of the token requests."""

    def __init__(self, port):
        self.issuer = f"http://localhost:{port}"
        self.metadata = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
        }
        self.keys = [KEY]
        self.id_token = ""
        self.asked = []

    @property
    def documents(self):
        return {
            "/.well-known/openid-configuration": self.metadata,
            "/keys": {"keys": [key.as_dict(private=False) for key in self.keys]},
            "/token": {"access_token": "a", "token_type": "Bearer", "id_token": self.id_token},
        }

    def claims(self, **changes):
        now = int(time.time())
        whole = {
            "iss": self.issuer, "aud": CLIENT, "sub": "ann", "name": "Ann", "nonce": EXCHANGE.nonce,
            "iat": now, "exp": now + 300, **changes,
        }  # fmt: skip
        return {name: value for name, value in whole.items() if value is not None}

    def sign(self, key=KEY, algorithm="RS256", header=None, **changes):
        whole = {"alg": algorithm, **({} if key is None else {"kid": key.kid}), **(header or {})}
        self.id_token = jwt.encode(whole, self.claims(**changes), key, algorithms=[algorithm])


@contextmanager
def running(pretender_port=0):
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            answer = json.dumps(self.server.pretender.documents[self.path]).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def do_POST(self):
            self.server.pretender.asked.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
            self.do_GET()

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("localhost", pretender_port), Handler)
    server.pretender = Pretender(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server.pretender
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def pretender():
    with running() as one:
        one.sign()
        yield one


@pytest.fixture
def provider(pretender):
    return OidcProvider(pretender.issuer, CLIENT, SECRET, "openid profile")


def person(provider, answer=ANSWER, exchange=EXCHANGE):
    return asyncio.run(provider.person(answer, exchange))


def refusal(provider, answer=ANSWER, exchange=EXCHANGE):
    with pytest.raises(Problem) as refused:
        person(provider, answer, exchange)
    return refused.value.code


def test_an_honest_answer_is_a_person(pretender, provider):
    found = person(provider)
    assert (found.subject, found.name) == ("ann", "Ann")
    assert f"code_verifier={EXCHANGE.verifier}" in pretender.asked[0]


def unsigned(pretender):
    parts = [{"alg": "none"}, pretender.claims()]
    encoded = [jwt.encode({"alg": "RS256"}, part, KEY).split(".")[1] for part in parts]
    pretender.id_token = ".".join([*encoded, ""])


def shared(pretender):
    """Signed with what an attacker may know as well as we do."""
    pretender.sign(OctKey.import_key(SECRET, {"kid": "one"}), "HS256")


def public_key_as_secret(pretender):
    pem = KEY.as_pem(private=False)
    import base64  # noqa: PLC0415
    import hashlib  # noqa: PLC0415
    import hmac  # noqa: PLC0415

    def part(value):
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=")

    signed = part({"alg": "HS256", "kid": "one"}) + b"." + part(pretender.claims())
    signature = hmac.new(pem, signed, hashlib.sha256).digest()
    pretender.id_token = (signed + b"." + base64.urlsafe_b64encode(signature).rstrip(b"=")).decode()


NOW = int(time.time())
ID_TOKENS = {
    "of another issuer": lambda p: p.sign(iss="https://evil.example"),
    "without issuer": lambda p: p.sign(iss=None),
    "for another site": lambda p: p.sign(aud="another"),
    "for nobody": lambda p: p.sign(aud=None),
    "for several without saying who asked": lambda p: p.sign(aud=["another", CLIENT]),
    "that another site asked for": lambda p: p.sign(azp="another"),
    "that is over": lambda p: p.sign(exp=NOW - 3600, iat=NOW - 7200),
    "without an end": lambda p: p.sign(exp=None),
    "from the future": lambda p: p.sign(nbf=NOW + 3600),
    "of another sign-in": lambda p: p.sign(nonce="another"),
    "of no sign-in": lambda p: p.sign(nonce=None),
    "of nobody": lambda p: p.sign(sub=None),
    "of a number": lambda p: p.sign(sub=5),
    "signed by somebody else": lambda p: p.sign(OTHER_KEY, header={"kid": "one"}),
    "signed by an unknown key": lambda p: p.sign(OTHER_KEY),
    "signed by nobody": unsigned,
    "signed with a shared secret": shared,
    "signed with the public key as secret": public_key_as_secret,
    "that is none": lambda p: setattr(p, "id_token", "x"),
    "that is missing": lambda p: setattr(p, "id_token", None),
}


@pytest.mark.parametrize("spoil", ID_TOKENS.values(), ids=ID_TOKENS)
def test_an_id_token_is_refused(pretender, provider, spoil):
    spoil(pretender)
    assert refusal(provider) == "sign-in-failed"


ANSWERS = {
    "another state": {"state": "another"},
    "a state that begins alike": {"state": "the stat"},
    "no state": {"state": ""},
    "another provider": {"iss": "https://evil.example"},
    "an error": {"error": "access_denied"},
    "no code": {"code": ""},
}


@pytest.mark.parametrize("changes", ANSWERS.values(), ids=ANSWERS)
def test_an_answer_is_refused_before_its_code_goes_anywhere(pretender, provider, changes):
    assert refusal(provider, ANSWER | changes) == "sign-in-failed"
    assert pretender.asked == []


METADATA = {
    "another issuer": {"issuer": "https://evil.example"},
    "a token endpoint without TLS": {"token_endpoint": "http://evil.example/token"},
    "keys without TLS": {"jwks_uri": "http://evil.example/keys"},
    "no keys": {"jwks_uri": None},
    "a place to ask for names without TLS": {"userinfo_endpoint": "http://evil.example/me"},
    "an end of the session without TLS": {"end_session_endpoint": "http://evil.example/end"},
    "an end of the session that is a script": {"end_session_endpoint": "javascript:alert(1)"},
    "an end of the session that is no text": {"end_session_endpoint": ["https://evil.example"]},
}


@pytest.mark.parametrize("changes", METADATA.values(), ids=METADATA)
def test_metadata_that_can_t_be_trusted_is_not_used(pretender, provider, changes):
    pretender.metadata |= changes
    assert refusal(provider) == "sign-in-unavailable"
    assert pretender.asked == []


def test_nobody_is_sent_to_where_an_untrusted_provider_ends_sessions(pretender, provider):
    pretender.metadata |= {"end_session_endpoint": f"{pretender.issuer}/end"}
    assert asyncio.run(provider.end_session_url("x")).startswith(f"{pretender.issuer}/end?")
    pretender.metadata |= {"end_session_endpoint": "javascript:alert(1)"}
    fresh = OidcProvider(pretender.issuer, CLIENT, SECRET, "openid profile")
    assert asyncio.run(fresh.end_session_url("x")) is None


def test_a_provider_may_change_its_keys(pretender, provider):
    person(provider)
    pretender.keys = [OTHER_KEY]
    pretender.sign(OTHER_KEY)
    assert person(provider).subject == "ann"


def test_a_nameless_person_is_called_by_the_subject(pretender, provider):
    pretender.sign(name=None)
    assert person(provider).name == "ann"


def test_what_a_sign_in_is_made_of_shows_in_no_repr():
    assert EXCHANGE.nonce not in repr(EXCHANGE)
    assert EXCHANGE.verifier not in repr(EXCHANGE)
