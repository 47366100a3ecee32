"""When the page is built, and what is said when it can't be."""

import json

import pytest

from tools.frontend import Frontend, FrontendError, main

# An npm that notes how it was called, makes what the real one makes, and fails on demand.
NPM = """#!/bin/sh
echo "$1 ${2##--*}" >> ../calls
[ "$1" = "$(cat ../fails)" ] && exit 3
case "$1" in
    ci) rm -rf node_modules && mkdir node_modules ;;
    run) rm -rf ../static && mkdir ../static && echo page > ../static/index.html ;;
esac
"""


@pytest.fixture
def frontend(tmp_path):
    sources = tmp_path / "frontend"
    (sources / "src").mkdir(parents=True)
    for name in ("package.json", "package-lock.json", "src/main.ts"):
        (sources / name).write_text(name)
    (tmp_path / "fails").touch()
    return Frontend(sources, tmp_path / "static")


@pytest.fixture(autouse=True)
def stand_in_for_npm(tmp_path, monkeypatch):
    programs = tmp_path / "bin"
    programs.mkdir()
    for name, text in {"npm": NPM, "node": "#!/bin/sh\necho v24.0.0\n"}.items():
        (programs / name).write_text(text)
        (programs / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:/usr/bin:/bin")


@pytest.fixture
def calls(tmp_path):
    """A function that returns, and forgets, how npm was called."""

    def taken():
        noted = tmp_path / "calls"
        lines = noted.read_text().split("\n")[:-1] if noted.exists() else []
        noted.unlink(missing_ok=True)
        return [line.strip() for line in lines]

    return taken


def test_the_first_build_installs_and_builds(frontend, calls):
    assert not frontend.is_built()
    frontend.build()
    assert calls() == ["ci", "run build"]
    assert frontend.is_built()


def test_a_page_built_from_these_sources_is_not_built_again(frontend, calls):
    frontend.build()
    calls()
    frontend.build()
    assert calls() == []


@pytest.mark.parametrize(
    ("changed", "called"),
    [
        ("src/main.ts", ["run build"]),
        ("src/new.ts", ["run build"]),
        ("package-lock.json", ["ci", "run build"]),
        ("node_modules/vite/cache", []),
    ],
)
def test_a_change_causes_what_it_must_and_no_more(frontend, calls, changed, called):
    frontend.build()
    calls()
    path = frontend.sources / changed
    path.parent.mkdir(exist_ok=True, parents=True)
    path.write_text("changed")
    frontend.build()
    assert calls() == called


@pytest.mark.parametrize("lost", ["index.html", ".sources.sha256"])
def test_a_page_that_lost_a_part_is_built_again(frontend, calls, lost):
    frontend.build()
    calls()
    (frontend.page / lost).unlink()
    frontend.build()
    assert calls() == ["run build"]


@pytest.mark.parametrize(
    ("command", "told"), [("ci", "needs the npm registry"), ("run", "`npm run build` failed")]
)
def test_a_failing_npm_is_told_in_words_and_tried_again(frontend, tmp_path, command, told):
    (tmp_path / "fails").write_text(command)
    with pytest.raises(FrontendError, match=told):
        frontend.build()
    assert not frontend.is_built()
    (tmp_path / "fails").write_text("")
    frontend.build()
    assert frontend.is_built()


def test_an_unknown_command_is_answered_with_the_known_ones(capsys):
    assert main(["polish"]) == 2
    assert "requirements | build | run SCRIPT" in capsys.readouterr().err


def test_no_script_counts_on_an_npm_on_the_path():
    # The Node from PyPI is a folder whose own `npm` does not run: the wheel made a copy of what was a link.
    package = json.loads((Frontend().sources / "package.json").read_text())
    assert [name for name, script in package["scripts"].items() if script.startswith("npm ")] == []
