"""The npm packages as others get them: packed, installed elsewhere, built by Vite, used in Chromium."""

import json
import mimetypes
import os
import re
import subprocess
import tarfile
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tools.frontend import Frontend
from tools.node import find_node

PATIENCE_MS = 60_000
MIB = 1 << 20
FRONTEND = Frontend().sources
PACKAGES = ("client", "uppy", "element")
EXAMPLE = re.compile(r"<!-- package test: begin -->\n```ts\n(.*?)```\n<!-- package test: end -->", re.DOTALL)
PAGE = """<!doctype html><title>A page of somebody else</title>
<input type="file" multiple><ul></ul><script type="module" src="./main.ts"></script>"""
PLUGIN = """import Uppy from "@uppy/core";
import DirectUpload from "@direct-upload/uppy";
import { createUploader } from "@direct-upload/client";
export const uppy = new Uppy().use(DirectUpload, { uploader: createUploader({ remember: false }) });
"""
# As a careful consumer has it: our declarations are checked too.
TYPESCRIPT = {
    "compilerOptions": {
        "target": "ES2022",
        "module": "ESNext",
        "moduleResolution": "bundler",
        "lib": ["ES2022", "DOM", "DOM.Iterable"],
        "types": [],
        "strict": True,
        "exactOptionalPropertyTypes": True,
        "noEmit": True,
        "skipLibCheck": False,
    },
    "files": ["main.ts"],
}


def run(*command, cwd):
    environment = find_node().environment(os.environ)
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def tarballs(tmp_path_factory):
    """The packages by their names, packed as for the registry."""
    folder = tmp_path_factory.mktemp("packed")
    for name in PACKAGES:
        npm = [*find_node().npm, "pack", f"--workspace=packages/{name}", f"--pack-destination={folder}"]
        run(*npm, cwd=FRONTEND)
    return {name: next(folder.glob(f"direct-upload-{name}-*.tgz")) for name in PACKAGES}


@pytest.fixture(scope="module")
def project(tarballs, tmp_path_factory):
    """A project with the packages installed; everything else comes from the front end's own installation."""
    folder = tmp_path_factory.mktemp("project")
    modules = folder / "node_modules"
    (modules / "@direct-upload").mkdir(parents=True)
    for installed in (FRONTEND / "node_modules").iterdir():
        if installed.name != "@direct-upload":
            (modules / installed.name).symlink_to(installed)
    for name, tarball in tarballs.items():
        with tarfile.open(tarball) as tar:
            # Python has it since 3.11.4.
            tar.extraction_filter = getattr(tarfile, "data_filter", None)
            tar.extractall(folder / "unpacked")  # noqa: S202 - our own
        (folder / "unpacked" / "package").rename(modules / "@direct-upload" / name)
    readme = (modules / "@direct-upload" / "client" / "README.md").read_text(encoding="utf-8")
    (folder / "main.ts").write_text(EXAMPLE.search(readme)[1], encoding="utf-8")
    (folder / "plugin.ts").write_text(PLUGIN)
    (folder / "index.html").write_text(PAGE)
    (folder / "tsconfig.json").write_text(json.dumps(TYPESCRIPT))
    return folder


@pytest.fixture(scope="module")
def built(project):
    """The folder with the built example."""
    run(project / "node_modules" / ".bin" / "vite", "build", "--base=./", cwd=project)
    return project / "dist"


@pytest.fixture
def example(chromium, site, built):
    """The example's page, served from the site's origin; it may not throw."""
    complaints = []
    context = chromium.new_context(permissions=["local-network-access"])
    address = f"{site.url}/example/"

    def serve(route):
        path = built / (urlsplit(route.request.url).path.removeprefix("/example/") or "index.html")
        route.fulfill(body=path.read_bytes(), content_type=mimetypes.guess_type(path.name)[0])

    context.route(f"{address}**", serve)
    page = context.new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(address)
    yield page
    context.close()
    assert complaints == []


@pytest.mark.parametrize("name", PACKAGES)
def test_a_package_has_all_that_it_needs_and_nothing_else(tarballs, name):
    with tarfile.open(tarballs[name]) as tar:
        files = {member.name.removeprefix("package/") for member in tar if member.isfile()}
        manifest = json.load(tar.extractfile("package/package.json"))
    exported = [entry for entry in manifest["exports"].values() if isinstance(entry, dict)]
    offered = {
        entry[kind].removeprefix("./") for entry in exported for kind in ("types", "default") if kind in entry
    }
    assert offered <= files
    assert {"README.md", "dist/LICENSE"} <= files
    assert {path for path in files if not path.startswith("dist/")} == {"README.md", "package.json"}


@pytest.mark.parametrize("name", PACKAGES)
def test_a_package_can_be_published_and_read_by_itself(tarballs, name):
    with tarfile.open(tarballs[name]) as tar:
        readme = tar.extractfile("package/README.md").read().decode()
        manifest = json.load(tar.extractfile("package/package.json"))
    # A name with a scope is private unless it is said.
    assert manifest["publishConfig"] == {"access": "public"}
    links = re.findall(r"\]\((?!https://)([^)]*)\)", readme)
    assert links == []


def test_no_package_names_a_file_that_it_does_not_have(project):
    """Modules, declarations and the worker's address: whatever begins with a dot is there."""
    folder = project / "node_modules" / "@direct-upload"
    named = re.compile(r"""(?:from |import\(|import |new URL\()["'](\.[^"']+)["']""")
    for module in (*folder.rglob("dist/**/*.js"), *folder.rglob("dist/**/*.d.ts")):
        for address in named.findall(module.read_text(encoding="utf-8")):
            target = (module.parent / address).resolve()
            # A declaration names the module `x.ts` whose declaration is `x.d.ts`.
            meant = target.with_suffix(".d.ts") if module.name.endswith(".d.ts") else target
            assert meant.is_file(), f"{module.name} names {address}"


@pytest.mark.parametrize("entry", ["main.ts", "plugin.ts"])
def test_the_declarations_satisfy_a_strict_compiler(project, entry):
    settings = TYPESCRIPT | {"files": [entry]}
    (project / f"tsconfig.{entry}.json").write_text(json.dumps(settings))
    # Uppy's own declarations don't stand every check.
    lenient = ["--skipLibCheck"] if entry == "plugin.ts" else []
    compiler = project / "node_modules" / ".bin" / "tsc"
    run(compiler, "--project", f"tsconfig.{entry}.json", *lenient, cwd=project)


def test_the_example_of_the_readme_stores_a_file(example, site, make_file, digest, tmp_path):
    source = make_file("film.bin", 40 * MIB + 7)
    example.locator("input").set_input_files(source)
    row = example.locator("li", has_text="film.bin: done")
    expect(row).to_have_text(f"film.bin: done, {40 * MIB + 7} of {40 * MIB + 7} bytes", timeout=PATIENCE_MS)
    stored = example.request.get(f"{site.url}/api/files").json()["files"]
    assert [file["name"] for file in stored] == ["film.bin"]
    copy = tmp_path / "copy"
    copy.write_bytes(example.request.get(f"{site.url}/files/{stored[0]['id']}").body())
    assert digest(copy) == digest(source)
    assert any("md5.worker" in worker.url for worker in example.workers)
