"""A real Chromium sends files to clusters that can do less; whoever uses the page sees no difference."""

import pytest

from swift_store.dev import EmbeddedSwift
from swift_store.dev.changes import without, without_prefix_signatures

MIB = 1 << 20
CLUSTERS = {
    "without prefix signatures": (without_prefix_signatures(), True),
    "without SLO": (without("slo", "bulk"), False),
}


@pytest.fixture(scope="module", params=CLUSTERS)
def big_swift(request):
    changes, signs_each = CLUSTERS[request.param]
    with EmbeddedSwift(background_seconds=0, changes=changes) as cluster:
        cluster.signs_each = signs_each
        yield cluster


def test_a_file_of_several_segments_is_stored_bit_for_bit(
    own_uploads, big_swift, make_file, digest, tmp_path
):
    asked = []
    own_uploads.page.on("request", lambda request: asked.append(request.url))
    source = make_file("film.bin", 70 * MIB + 7)
    own_uploads.choose(source)
    own_uploads.expect_stored("film.bin")
    stored, name = own_uploads.download("film.bin", tmp_path)
    assert (digest(stored), name) == (digest(source), "film.bin")
    assert any(url.endswith("/signatures") for url in asked) == big_swift.signs_each
