"""Whatever goes wrong on the way, the file ends in Swift as it was, and the page says what is going on.

Reloads and crashes are in test_resume.py, a site that is killed in test_failures.py.
"""

import pytest
from playwright.sync_api import expect

MIB = 1 << 20
SIZE = 48 * MIB
PATIENCE_MS = 60_000


@pytest.fixture
def film(own_uploads, make_file, digest, tmp_path):
    """A file that is being sent, and how its row looks; at the end it must be stored as it is."""
    return Film(own_uploads, make_file("film.bin", SIZE), digest, tmp_path)


class Film:
    def __init__(self, uploads, path, digest, folder):
        self.page = uploads.page
        self.uploads = uploads
        self.path = path
        self.digest = digest
        self.folder = folder

    def send(self):
        self.uploads.choose(self.path)

    @property
    def row(self):
        return self.uploads.upload_of(self.path.name)

    @property
    def status(self):
        return self.row.get_by_test_id("upload-status")

    def expect_status(self, text):
        expect(self.status).to_contain_text(text, timeout=PATIENCE_MS)

    def expect_stored(self):
        self.uploads.expect_stored(self.path.name)
        stored, _ = self.uploads.download(self.path.name, self.folder)
        assert self.digest(stored) == self.digest(self.path)


def test_a_connection_is_reset_in_a_segment(film, proxy):
    # Chromium itself sends once more what a connection lost that it had used before.
    for put in (2, 3, 4):
        proxy.reset(put, after=5 * MIB)
    film.send()
    film.expect_stored()
    assert proxy.puts == 9


@pytest.mark.parametrize(
    ("put", "refused"),
    [
        pytest.param(3, 0, id="of a segment that is hashed while it is sent"),
        pytest.param(6, 1, id="of a segment that carries its MD5"),
    ],
)
def test_a_byte_is_changed_on_the_way(film, proxy, put, refused):
    proxy.corrupt(put=put, at=4 * MIB)
    film.send()
    film.expect_stored()
    assert (proxy.puts, proxy.answers[422]) == (7, refused)


def test_a_segment_stalls(film, proxy):
    film.page.clock.install()
    proxy.stall(put=2, after=MIB)
    film.send()
    expect(film.row).to_have_attribute("data-state", "uploading")
    film.page.clock.run_for(70_000)
    film.expect_stored()
    assert proxy.puts == 7


def test_swift_is_away_for_ten_seconds(film, proxy):
    proxy.refuse()
    film.send()
    film.expect_status("Trying again in")
    film.page.wait_for_timeout(10_000)
    proxy.mend()
    film.expect_stored()


def test_a_signature_ends_on_the_way(film, own_site, proxy, eventually):
    own_site.stop()
    own_site.environ["DIRECT_UPLOAD_URL_LIFETIME"] = "4"
    own_site.start()
    release = proxy.hold(2)
    film.send()
    eventually(lambda: proxy.puts >= 2)
    film.page.wait_for_timeout(5_000)
    release()
    film.expect_stored()
    assert proxy.answers[401] > 0


def test_the_network_is_away_for_twenty_seconds(film, proxy, eventually):
    release = proxy.hold(3, 4, 5, 6)
    film.send()
    eventually(lambda: proxy.puts >= 3)
    film.page.context.set_offline(True)
    release()
    film.expect_status("Waiting for the network")
    film.page.wait_for_timeout(20_000)
    expect(film.row).to_have_attribute("data-state", "uploading")
    film.page.context.set_offline(False)
    film.expect_stored()


def test_swift_is_restarted(film, proxy, big_swift, eventually):
    release = proxy.hold(3, 4, 5, 6)
    film.send()
    eventually(lambda: proxy.puts >= 3)
    big_swift.stop()
    release()
    film.expect_status("Trying again")
    big_swift.start()
    film.expect_stored()
