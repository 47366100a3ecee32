"""The cap on spool space."""

import errno

import pytest

from proxy_upload.spool_budget import SpoolBudget, SpoolFull


def test_reserved_bytes_are_counted_until_they_are_released():
    budget = SpoolBudget(100)
    budget.reserve(60)
    budget.reserve(40)
    assert budget.used_bytes == 100
    budget.release(60)
    assert budget.used_bytes == 40


def test_more_than_the_limit_is_refused_as_a_full_disk_and_nothing_is_taken():
    budget = SpoolBudget(100)
    budget.reserve(60)
    with pytest.raises(SpoolFull) as full:
        budget.reserve(41)
    assert full.value.errno == errno.ENOSPC
    assert budget.used_bytes == 60
