"""What a person gets who builds the package, or installs it where there is nothing else."""

import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import urllib.request
import venv
import zipfile
from pathlib import Path
from urllib.error import HTTPError

import pytest

from tools.frontend import SOURCES_STAMP, Frontend

ROOT = Path(__file__).resolve().parent.parent
# What a checkout has not, and the environment in which the tests run: all else is copied.
NOT_IN_A_CHECKOUT = shutil.ignore_patterns(
    ".git", ".venv", ".direct-upload", ".*_cache", "__pycache__", "node_modules", "build", "dist", "reports"
)
BUILD_SECONDS = 600
ANSWER_SECONDS = 20


def run(*command: str | Path, **options):
    """Run a program to its end; what it said is in the error when it failed."""
    into_one = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    finished = subprocess.run(command, check=False, timeout=BUILD_SECONDS, **into_one, **options)
    assert finished.returncode == 0, finished.stdout
    return finished.stdout


@pytest.fixture(scope="module")
def dist(tmp_path_factory):
    """A folder with the sdist built from a copy of the tree, and the wheel built from that sdist."""
    tree = tmp_path_factory.mktemp("tree") / "direct-upload"
    shutil.copytree(ROOT, tree, ignore=NOT_IN_A_CHECKOUT)
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--outdir", folder, cwd=tree)
    return folder


@pytest.fixture(scope="module")
def wheel(dist):
    (wheel,) = dist.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def wheel_names(wheel):
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


@pytest.fixture(scope="module")
def unpacked_sdist(dist, tmp_path_factory):
    (sdist,) = dist.glob("*.tar.gz")
    folder = tmp_path_factory.mktemp("sdist")
    with tarfile.open(sdist) as archive:
        # Python has it since 3.11.4.
        archive.extraction_filter = getattr(tarfile, "data_filter", None)
        archive.extractall(folder)  # noqa: S202 - our own
    return folder / sdist.name.removesuffix(".tar.gz")


@pytest.fixture
def installed(wheel, tmp_path):
    """The programs of an environment that has the wheel, what it depends on, and nothing else."""
    venv.create(tmp_path / "empty", with_pip=False)
    programs = tmp_path / "empty" / "bin"
    constraints = ("--constraint", ROOT / "constraints.txt")
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", programs / "python")
    run(*pip, "install", "--quiet", *constraints, wheel)
    return programs


@pytest.fixture
def site(installed, swift, tmp_path):
    """The address of a site that the installed wheel serves, without any Node or source at hand."""
    environ = {**swift.environ, "PATH": str(installed), "DIRECT_UPLOAD_SECRET": "0123456789abcdef" * 4}
    command = [installed / "direct-upload", "serve", "--port", "0"]
    with (tmp_path / "log").open("w") as log, subprocess.Popen(
        command, env=environ, cwd=tmp_path, stdout=subprocess.PIPE, stderr=log, text=True
    ) as server:  # fmt: skip
        try:
            announced = re.search(r"http://\S+", server.stdout.readline())
            assert announced, (tmp_path / "log").read_text()
            yield announced.group()
        finally:
            server.terminate()


def get(address: str) -> str:
    with urllib.request.urlopen(address, timeout=ANSWER_SECONDS) as answer:
        return answer.read().decode()


def answers(address: str) -> bool:
    try:
        return bool(get(address))
    except HTTPError as error:
        # An error of urllib's is an open response, too.
        error.close()
        return False


@pytest.mark.parametrize("package", ["swift_store", "direct_upload", "proxy_upload"])
def test_the_wheel_contains_each_package_and_its_types(wheel_names, package):
    assert {f"{package}/__init__.py", f"{package}/py.typed"} <= wheel_names


def test_the_wheel_contains_the_page_with_everything_it_names(wheel, wheel_names):
    with zipfile.ZipFile(wheel) as archive:
        page = archive.read("direct_upload/static/index.html").decode()
    named = re.findall(r'(?:src|href)="\./([^"]+)"', page)
    assert any(name.endswith(".js") for name in named)
    assert {f"direct_upload/static/{name}" for name in named} <= wheel_names


def test_the_wheel_contains_nothing_that_only_building_or_testing_needs(wheel_names):
    ours = {name for name in wheel_names if ".dist-info/" not in name}
    assert {name.partition("/")[0] for name in ours} == {"swift_store", "direct_upload", "proxy_upload"}
    assert {name for name in ours if "frontend" in name or name.endswith(SOURCES_STAMP)} == set()


@pytest.mark.parametrize(
    "path",
    [
        "package.json",
        "package-lock.json",
        ".npmrc",
        "packages/client/src",
        "packages/uppy/src",
        "page/vite.config.ts",
        "page/index.html",
        "page/src",
    ],
)
def test_the_sdist_contains_what_builds_the_page(unpacked_sdist, path):
    assert (unpacked_sdist / "direct_upload" / "frontend" / path).exists()


def test_the_sdist_contains_the_page_built_from_its_own_sources(unpacked_sdist):
    package = unpacked_sdist / "direct_upload"
    assert Frontend(package / "frontend", package / "static").is_built()


def test_the_sdist_contains_no_installed_packages(unpacked_sdist):
    names = {path.name for path in unpacked_sdist.rglob("*")}
    assert names & {"node_modules", ".venv", ".git", "__pycache__", ".direct-upload"} == set()


def test_the_wheel_serves_the_page_from_an_otherwise_empty_environment(site, eventually):
    # The page names Swift's address in its policy, and so waits until Swift was asked.
    eventually(lambda: answers(f"{site}/"))
    page = get(f"{site}/")
    (script,) = re.findall(r'src="\./([^"]+\.js)"', page)
    assert "<title>" in page
    assert get(f"{site}/{script}")


def test_every_pin_is_a_name_and_a_version():
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    pins = [line for line in lines if not line.startswith("#")]
    assert [pin for pin in pins if not re.fullmatch(r"[\w.-]+==[\w.]+", pin)] == []


def test_every_dependency_is_pinned():
    pinned = {line.partition("==")[0] for line in (ROOT / "constraints.txt").read_text().splitlines()}
    assert {normal(name) for name in declared_dependencies()} <= {normal(name) for name in pinned}


def declared_dependencies() -> set[str]:
    with (ROOT / "pyproject.toml").open("rb") as file:
        document = tomllib.load(file)
    project = document["project"]
    groups = [document["build-system"]["requires"], project["dependencies"]]
    groups += [*project["optional-dependencies"].values(), *document["dependency-groups"].values()]
    names = {re.match(r"[\w.-]+", requirement).group() for group in groups for requirement in group}
    return names - {project["name"]}


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
