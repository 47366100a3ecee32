"""Fixtures for the comparison in a browser: samples that were never measured, and a real Chromium."""

import os
import shutil

import pytest

from bench.browser.records import Sample, Usage


@pytest.fixture
def sample():
    """A function that makes a sample; what is not said is plain."""

    def make(way="single", number=0, seconds=1.0, **others):
        plain = {
            "case": "loopback",
            "way": way,
            "round": number,
            "files": 1,
            "file_bytes": 1_000_000_000,
            "seconds": seconds,
            "usage": Usage(renderer=0.5, browser=1.5, swift=3.0, site=0.0),
        }
        return Sample(**plain | others)

    return make


@pytest.fixture(scope="session")
def chromium_path():
    """The Chromium that `make test` found or installed."""
    return os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
