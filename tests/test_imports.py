"""The import rules of the design, read from the source: which package may name which, and no circles."""

import ast
import sys
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("swift_store", "direct_upload", "proxy_upload", "bench", "tools")
OURS = {*PACKAGES, "tests"}

MAY_IMPORT_OF_OURS = {
    "swift_store": {"swift_store"},
    "direct_upload": {"direct_upload", "swift_store"},
    "proxy_upload": {"proxy_upload", "swift_store"},
    "bench": {
        "bench",
        "swift_store.settings",
        "swift_store.declarations",
        "swift_store.credentials",
        "swift_store.dev",
    },
    "tools": {"tools"},
}

# The only part of the project that may name a library; everything else lives without it.
ONLY_HOME = {
    "eventlet": "swift_store.dev",
    "swift": "swift_store.dev",
    "swiftclient": "swift_store",
    "gevent": "proxy_upload",
}

# What gunicorn serves while bench measures it over HTTP is no part of bench itself.
MEASURED_SERVERS = {"bench.input_readers.app"}

# The modules of swift_store that act on the world. A new one has to be named here.
SHELLS = (
    "swift_store.client", "swift_store.account", "swift_store.account_keys", "swift_store.files",
    "swift_store.private_store", "swift_store.spread", "swift_store.at_once",
    "swift_store.once", "swift_store.hazards", "swift_store.sweep", "swift_store.usage",
    "swift_store.held_files", "swift_store.ticket_times", "swift_store.manifests.choice",
    "swift_store.manifests.dynamic", "swift_store.manifests.static",
    "swift_store.sign_in", "swift_store.renewal", "swift_store.observed_connection",
    "swift_store.rackspace", "swift_store.dev",
)  # fmt: skip
PURE_MAY_IMPORT = {*sys.stdlib_module_names, "itsdangerous", "swift_store"}
EFFECTS = (
    "asyncio", "http.client", "multiprocessing", "os", "random", "secrets", "select", "selectors", "signal",
    "socket", "ssl", "subprocess", "tempfile", "threading", "time", "urllib.request",
)  # fmt: skip
EFFECTFUL_CALLS = {
    "open", "input", "print", "datetime.now", "datetime.utcnow", "datetime.today", "date.today",
    "uuid.uuid1", "uuid.uuid4", "uuid4",
}  # fmt: skip


@cache
def modules_of(package: str) -> dict[str, Path]:
    """Map the dotted name of each of the package's modules to its file."""
    return {dotted_name(path): path for path in sorted((ROOT / package).rglob("*.py"))}


def dotted_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


ALL_MODULES = [module for package in PACKAGES for module in modules_of(package)]
PURE_MODULES = [module for module in modules_of("swift_store") if not module.startswith(SHELLS)]


@cache
def syntax(module: str) -> ast.Module:
    return ast.parse(modules_of(module.partition(".")[0])[module].read_bytes())


@cache
def imports_of(module: str) -> frozenset[str]:
    """Every module that the module's text names in an import, at any depth and for types too."""
    return frozenset(name for node in ast.walk(syntax(module)) for name in imported_by(node, module))


def imported_by(node: ast.AST, module: str) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        source = absolute_source(node, module)
        ours = modules_of(source.partition(".")[0])
        for alias in node.names:
            submodule = f"{source}.{alias.name}"
            yield submodule if submodule in ours else source


def absolute_source(node: ast.ImportFrom, module: str) -> str:
    if node.level == 0:
        return node.module or ""
    is_package = modules_of(module.partition(".")[0])[module].name == "__init__.py"
    parents = module.split(".")[: None if is_package and node.level == 1 else int(is_package) - node.level]
    return ".".join([*parents, *filter(None, [node.module])])


def home_of(module: str) -> str:
    """The module, as the rules see it: a measured server counts as a part of proxy_upload."""
    return "proxy_upload" if module in MEASURED_SERVERS else module


def is_in(module: str, home: str) -> bool:
    return module == home or module.startswith(f"{home}.")


def calls_of(module: str) -> set[str]:
    """The dotted names, of at most two parts, of everything that the module calls."""
    calls = (node.func for node in ast.walk(syntax(module)) if isinstance(node, ast.Call))
    return {".".join(ast.unparse(call).split(".")[-2:]) for call in calls}


@pytest.mark.parametrize("module", ALL_MODULES)
def test_a_module_imports_only_the_packages_it_may(module):
    allowed = MAY_IMPORT_OF_OURS[home_of(module).partition(".")[0]]
    ours = {name for name in imports_of(module) if name.partition(".")[0] in OURS}
    assert {name for name in ours if not any(is_in(name, home) for home in allowed)} == set()


@pytest.mark.parametrize("module", ALL_MODULES)
def test_a_library_with_a_home_is_named_only_there(module):
    named = {name.partition(".")[0] for name in imports_of(module)}
    strays = {
        library for library in named & ONLY_HOME.keys() if not is_in(home_of(module), ONLY_HOME[library])
    }
    assert strays == set()


@pytest.mark.parametrize("module", PURE_MODULES)
def test_a_pure_module_needs_the_standard_library_and_itsdangerous_only(module):
    assert {name for name in imports_of(module) if name.partition(".")[0] not in PURE_MAY_IMPORT} == set()


@pytest.mark.parametrize("module", PURE_MODULES)
def test_a_pure_module_leans_on_no_shell(module):
    assert {name for name in imports_of(module) if any(is_in(name, shell) for shell in SHELLS)} == set()


@pytest.mark.parametrize("module", PURE_MODULES)
def test_a_pure_module_opens_nothing_and_reads_no_clock_and_no_environment(module):
    assert {name for name in imports_of(module) if any(is_in(name, effect) for effect in EFFECTS)} == set()
    assert calls_of(module) & EFFECTFUL_CALLS == set()


def test_the_cooperative_reader_is_usable_alone():
    ours = {name for name in imports_of("proxy_upload.cooperative") if name.partition(".")[0] in OURS}
    assert ours == set()


@pytest.mark.parametrize("package", PACKAGES)
def test_the_imports_of_a_package_form_no_circle(package):
    modules = modules_of(package)
    graph = {module: imports_of(module) & modules.keys() for module in modules}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as circle:
        pytest.fail(f"modules import each other in a circle: {' -> '.join(circle.args[1])}")


def test_no_test_imports_another():
    tests = [path for path in (ROOT / "tests").rglob("*.py") if "tests" in imported_roots(path)]
    assert tests == []


def imported_roots(path: Path) -> set[str]:
    nodes = list(ast.walk(ast.parse(path.read_bytes())))
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    sources = {node.module or "tests" for node in nodes if isinstance(node, ast.ImportFrom)}
    return {name.partition(".")[0] for name in plain | sources}


# Sending messages to other servers, which only a site with such settings does, takes Tornado's HTTP client.
TORNADO_ON_DEMAND = {"direct_upload.signed_post"}
WITHOUT_TORNADO = [
    module
    for module in modules_of("direct_upload")
    if is_in(module, "direct_upload.core")
    or module in {f"direct_upload.embedding{x}" for x in ("", ".wsgi", ".asgi", ".ready")}
]


def closure_of(module: str) -> set[str]:
    """Every module of ours that the module comes to by imports, itself included."""
    found, ahead = set(), [module]
    while ahead:
        one = ahead.pop()
        if one not in found | TORNADO_ON_DEMAND:
            found.add(one)
            ahead += [name for name in imports_of(one) if name in modules_of(name.partition(".")[0])]
    return found


@pytest.mark.parametrize("module", WITHOUT_TORNADO)
def test_embedding_elsewhere_than_in_tornado_needs_no_tornado(module):
    named = {one for one in closure_of(module) if any(is_in(name, "tornado") for name in imports_of(one))}
    assert named == set()


# What the terminal client may lean on of ours: no server, no shell of Swift's, nothing that needs Tornado.
CLIENT_MAY_IMPORT = ("direct_upload.client", *PURE_MODULES)


@pytest.mark.parametrize(
    "module", [module for module in modules_of("direct_upload") if is_in(module, "direct_upload.client")]
)
def test_the_terminal_client_needs_neither_tornado_nor_the_server(module):
    ours = {name for name in imports_of(module) if name.partition(".")[0] in OURS}
    assert {name for name in ours if not any(is_in(name, home) for home in CLIENT_MAY_IMPORT)} == set()
    assert {name for name in imports_of(module) if is_in(name, "tornado")} == set()
