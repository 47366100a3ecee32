"""What the cluster prints is what its parent reads, in whatever pieces it arrives."""

import subprocess

import pytest

from swift_store.dev.announcement import Announcement, ObjectServer, announce, parse

SERVERS = (ObjectServer("d1", 11, 6001), ObjectServer("d2", 12, 6002))
ENVIRON = {"ST_AUTH": "http://127.0.0.1:8080/auth/v1.0", "ST_USER": "test:tester", "ST_KEY": "secret"}


@pytest.mark.parametrize("servers", [(), SERVERS])
def test_the_lines_are_read_back(servers):
    announcement = parse(announce(8080, "secret", servers))
    assert announcement == Announcement(ENVIRON, servers)
    assert announcement.complete


def test_it_is_complete_with_its_last_byte_only():
    text = announce(8080, "secret", SERVERS)
    assert not any(parse(text[:length]).complete for length in range(len(text)))


def test_a_shell_can_evaluate_the_lines():
    script = announce(8080, "secret", SERVERS) + 'echo "$ST_AUTH $ST_USER $ST_KEY"'
    assert subprocess.check_output(["sh", "-c", script], text=True).split() == list(ENVIRON.values())


def test_other_lines_are_left_out():
    assert parse("warning: export ST_KEY=x\nnonsense\n") == Announcement({})
