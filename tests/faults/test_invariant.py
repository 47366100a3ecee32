"""What is wrong after a cell, by what Swift holds and what the client said."""

import pytest

from bench.faults.invariant import Kept, violations
from bench.faults.sender import State

OLD, NEW = b"old", b"new"


def found(told, *files, glimpses=(), orphans=()):
    return violations(Kept(files, orphans), sources=[OLD, NEW], glimpses=glimpses, told=told)


@pytest.mark.parametrize(
    ("told", "files"),
    [(State.STORED, [OLD]), (State.STORED, [NEW]), (State.DELETED, []), (State.FAILED, [])],
)
def test_what_is_there_as_it_was_told_is_right(told, files):
    assert found(told, *files, glimpses=files) == ()


@pytest.mark.parametrize(
    ("told", "files", "violation"),
    [
        (State.STORED, [], "the client says that the file is stored, and it is not there"),
        (State.DELETED, [OLD], "the client says that the file is deleted, and it is still there"),
        (State.BUSY, [], "the client came to no end, and nobody was told"),
        (State.TROUBLED, [], "the client came to no end, and nobody was told"),
        (State.STORED, [b"other"], "1 visible files are not what was sent"),
        (State.FAILED, [None], "1 visible files are not what was sent"),
        (State.STORED, [OLD, OLD], "the file is there 2 times"),
    ],
)
def test_what_is_otherwise_is_told_in_a_sentence(told, files, violation):
    assert found(told, *files) == (violation,)


def test_what_was_visible_for_a_while_counts_too():
    assert found(State.FAILED, glimpses=[OLD, b"mixed"]) == (
        "something else than what was sent was visible for a while",
    )


def test_segments_without_a_file_are_counted():
    assert found(State.FAILED, orphans=["a", "b"]) == ("2 segments are left over after a sweep",)
