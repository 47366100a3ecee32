# Everything from a fresh clone: `make serve`. Needs Python >= 3.11 and the package registries, nothing else.
# The stamps are files in the virtual environment, so that what is installed and what is known of it go together.

PORT ?= 8765
PYTHON ?=
# Files of tests go to two processes: much of what they do is waiting.
PYTEST_ARGS ?= --numprocesses=2 --dist=loadfile
# For each of what is fuzzed; FUZZ_RESULTS= is a file for what was done.
FUZZ_SECONDS ?= 600
FUZZ_RESULTS ?= reports/fuzz.json

VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip
INSTALL := PIP_DISABLE_PIP_VERSION_CHECK=1 $(PIP) install --quiet --constraint constraints.txt
# The build backend comes from the constraints too, which an isolated build would not heed.
INSTALL_TREE := $(INSTALL) --no-build-isolation --editable
FRONTEND := $(PY) -m tools.frontend
MADE_FROM := pyproject.toml constraints.txt
EXTRAS := embedded,oidc,otel,openstack,redis,uvloop,proxy,bench
KEYSTONE := swift_store/dev/keystone
CACHES := .mypy_cache .pytest_cache .ruff_cache .hypothesis

.PHONY: serve test test-frontend test-python lint fuzz bench screenshots constraints clean clean-data
.NOTPARALLEL:

serve: $(VENV)/.serve
	@$(FRONTEND) build
	@exec $(VENV)/bin/direct-upload serve --port $(PORT)

# The front end first and Python last: the last line is pytest's summary.
test: test-frontend test-python

test-frontend: $(VENV)/.dev
	$(FRONTEND) run typecheck test

test-python: $(VENV)/.dev $(VENV)/.keystone
	$(FRONTEND) build
	CHROMIUM=$$($(PY) -m tools.chromium) && export CHROMIUM && $(VENV)/bin/pytest $(PYTEST_ARGS)

lint: $(VENV)/.dev
	$(VENV)/bin/ruff check
	$(VENV)/bin/ruff format --check
	$(VENV)/bin/mypy
	$(VENV)/bin/mypy hatch_build.py
	$(FRONTEND) run lint typecheck
	$(PY) -m tools.audit

# Coverage-guided fuzzing of what parses foreign input. A finding goes into the corpus.
fuzz: $(VENV)/.dev
	$(INSTALL) --only-binary atheris --group fuzz || echo "atheris has no wheel for this Python."
	$(PY) -m tools.fuzz --seconds $(FUZZ_SECONDS) --results $(FUZZ_RESULTS)

# All architectures in some five minutes; every call measures anew, into a folder of its own.
bench: $(VENV)/.dev
	@$(FRONTEND) build
	folder=reports/quick-$$(date +%Y%m%d-%H%M%S) && \
		$(PY) -m bench run --profile quick --out $$folder && $(PY) -m bench report $$folder

# The pictures of the page in docs/images.
screenshots: $(VENV)/.dev
	$(FRONTEND) build
	$(PY) -m tools.screenshots

# Writes constraints.txt anew: the newest release of everything that any extra, the tests or the build asks for.
constraints:
	sh tools/pin-constraints "$$(PYTHON='$(PYTHON)' sh tools/find-python)" '.[$(EXTRAS)]' constraints.txt
	sh tools/pin-keystone "$$(PYTHON='$(PYTHON)' sh tools/find-python)" constraints.txt $(KEYSTONE)/requirements.txt

# Files that people uploaded, and measurements, are not for a `clean` to take.
clean:
	rm -rf $(VENV) $(CACHES) build dist direct_upload/static direct_upload/frontend/node_modules
	find swift_store direct_upload proxy_upload bench tools tests -name __pycache__ -prune -exec rm -rf {} + 2>/dev/null || true

# The embedded Swift's accounts, containers and files.
clean-data:
	rm -rf .direct-upload

$(PY):
	@python=$$(PYTHON='$(PYTHON)' sh tools/find-python) && "$$python" -m venv --clear $(VENV)

$(VENV)/.serve: $(MADE_FROM) | $(PY)
	@echo "Installing what serving needs; this takes a minute or two, once."
	$(INSTALL) hatchling editables $$($(FRONTEND) requirements)
	$(FRONTEND) build
	$(INSTALL_TREE) '.[embedded]'
	@touch $@

# pip reads dependency groups from 25.1 on.
$(VENV)/.dev: $(VENV)/.serve
	$(INSTALL) --upgrade pip
	$(INSTALL_TREE) '.[$(EXTRAS)]' --group dev
	@touch $@

# Keystone's environment, for the tests of signing in to Swift.
$(VENV)/.keystone: $(KEYSTONE)/requirements.txt $(KEYSTONE)/configuration.py | $(VENV)/.dev
	$(PY) -m swift_store.dev.keystone --install
	@touch $@
