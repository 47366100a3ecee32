"""What Swift says of a manifest, and the manifest that we make of a client's numbers and checksums.

The first byte chooses: even takes the rest as an answer of Swift, odd as sizes and a list of checksums.
"""

import json

from swift_store import slo
from swift_store.errors import Problem

REASONS = {"missing", "checksum", "size"}


def consume(data):
    if not data or data[0] % 2 == 0:
        as_answer(data[1:])
    else:
        as_wish(data[1:])


def as_answer(body):
    assert slo.is_temporary(body) in {True, False}
    faults = slo.rejected_segments(body)
    assert all(isinstance(fault["number"], int) and fault["reason"] in REASONS for fault in faults)
    json.dumps(faults)


def as_wish(data):
    size, preferred, most = (int.from_bytes(data[start : start + 8]) for start in (0, 8, 16))
    md5s = data[24:].decode("utf-8", "replace").split("\n")
    try:
        plan = slo.plan(size, max(preferred, slo.MIN_SEGMENT_BYTES), max(most, slo.MIN_SEGMENT_BYTES))
        whole_and_small(plan)
        md5s = slo.checked_md5s(md5s, plan.count)
    except Problem as problem:
        assert problem.code in {"file-too-large", "invalid-segments"}
        json.dumps(problem.document())
        return
    entries = json.loads(slo.manifest(plan, [f"/c/{n}" for n in range(plan.count)], md5s))
    assert sum(entry["size_bytes"] for entry in entries) == size
    assert all(entry["size_bytes"] > 0 and len(entry["etag"]) == len("0" * 32) for entry in entries)


def whole_and_small(plan):
    sizes = [plan.size_of(number) for number in range(plan.count)]
    assert len(sizes) <= slo.MAX_SEGMENTS
    assert sum(sizes) == plan.size
