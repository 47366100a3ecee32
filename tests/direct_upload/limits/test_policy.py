"""The operator's own function: allows, refuses and holds, at ticket and at commit."""

import asyncio

import httpx
import pytest

from direct_upload import policy as policies
from direct_upload.policy import ALLOW, HOLD, Question, Step
from swift_store.declarations import ConfigurationError
from swift_store.errors import Problem

WISH = {"name": "a.txt", "size": 1, "type": "text/plain"}
POLICY = """
import asyncio
from direct_upload.policy import ALLOW, HOLD, Step, refuse

async def decide(question):
    await asyncio.sleep(0)
    match question.name.split(".")[0], question.step:
        case "no", Step.CREATE:
            return refuse(f"Not {question.size} bytes of {question.type} from {question.address}.")
        case "late", Step.COMPLETE:
            return refuse("Not after all.")
        case "hold", _:
            return HOLD
        case "slow", _:
            await asyncio.sleep(3600)
        case "broken", _:
            raise RuntimeError("a bug in the policy")
        case "odd", _:
            return True
    return ALLOW
"""


def code_of(answer):
    return answer.status_code, answer.json()["code"]


def wish(api, **changes):
    return api.post("/api/uploads", json=WISH | changes)


@pytest.fixture(scope="module")
def site(prepared, start, policy):
    """A site with the policy above."""
    return start(prepared(scan_timeout="1") | policy(POLICY))


def test_a_policy_refuses_in_its_own_words(api):
    refused = wish(api, name="no.txt")
    assert code_of(refused) == (403, "refused")
    assert refused.json()["detail"] == "Not 1 bytes of text/plain from 127.0.0.1."


def test_a_policy_may_change_its_mind_until_the_file_is_there(api):
    upload = api.begin(b"x", name="late.txt").send()
    assert code_of(upload.complete()) == (403, "refused")
    assert api.get("/api/files").json()["files"] == []
    assert upload.discard().status_code == 204


def test_what_a_policy_allows_is_stored(api):
    file = api.upload(b"x", name="yes.txt")
    assert file["state"] == "stored"
    assert api.get(file["download_url"]).status_code == 302


def test_a_held_file_is_seen_by_its_owner_and_had_by_nobody(api):
    upload = api.begin(b"x", name="hold.txt").send()
    answer, again = upload.complete(), upload.complete()
    file = answer.json()
    assert (answer.status_code, again.status_code, file["state"]) == (201, 200, "held")
    assert again.json() == file == api.get(f"/api/files/{file['id']}").json()
    assert api.get("/api/files").json()["files"] == [file]
    assert code_of(api.get(file["download_url"])) == (409, "held")
    assert code_of(upload.complete(["0" * 32])) == (409, "already-complete")
    assert code_of(upload.discard()) == (409, "already-complete")
    assert api.delete(f"/api/files/{file['id']}").status_code == 204
    assert api.get("/api/files").json()["files"] == []


def test_a_policy_that_does_not_answer_lets_nothing_through(api):
    assert code_of(wish(api, name="slow.txt")) == (503, "policy-unavailable")


@pytest.mark.parametrize("name", ["broken.txt", "odd.txt"])
def test_a_policy_with_a_bug_lets_nothing_through(site, name):
    answer = httpx.post(f"{site.url}/api/uploads", json=WISH | {"name": name})
    assert code_of(answer) == (500, "internal-error")


def question(step):
    return Question(step, "id", "0" * 32, "::1", "a", "a/b", 1)


def test_a_complete_file_is_held_while_the_policy_thinks():
    async def think(_question):
        await asyncio.sleep(3600)

    assert asyncio.run(policies.ask(think, question(Step.COMPLETE), seconds=0.01)) == HOLD
    with pytest.raises(Problem) as refused:
        asyncio.run(policies.ask(think, question(Step.CREATE), seconds=0.01))
    assert refused.value.code == "policy-unavailable"


def test_a_policy_may_be_a_plain_function():
    assert asyncio.run(policies.ask(lambda _: ALLOW, question(Step.CREATE), seconds=1)) == ALLOW
    assert policies.load(None)(question(Step.CREATE)) == ALLOW


@pytest.mark.parametrize("path", ["no_such_module:decide", "json:no_such_name", "json:__name__"])
def test_a_policy_that_is_not_there_is_told_at_the_start(command, prepared, path):
    with pytest.raises(ConfigurationError, match="DIRECT_UPLOAD_POLICY"):
        policies.load(path)
    done = command(prepared() | {"DIRECT_UPLOAD_POLICY": path}, "serve")
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
