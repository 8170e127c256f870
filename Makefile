# Everything sets itself up in .venv from plain Python 3.11 or later with pip.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
READY_DEV := $(VENV)/.ready-dev
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: run demo test check bench soak screenshots test-keychains test-windows test-pythons wheel clean

run: $(READY)          ## open authui on this machine's credentials
	@$(BIN)/authui

demo: $(READY)         ## open authui on sample data
	@$(BIN)/authui --demo

test: $(READY_DEV)     ## all tests, with a private keychain and real rattler
	@$(BIN)/python -m tests.support.system
	$(BIN)/python -m pytest -n 2 --dist worksteal

check: $(READY_DEV)    ## lint, types, layers
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/mypy --platform win32 --cache-dir .mypy_cache/win32 app tests/windows
	$(BIN)/mypy --platform darwin --cache-dir .mypy_cache/darwin app
	$(BIN)/lint-imports

bench: $(READY_DEV)    ## speed, as ratios against a peer in the same run
	@$(BIN)/python -m tests.support.system
	$(BIN)/python -m tests.bench

soak: $(READY_DEV)     ## the long comparisons with real rattler; keeps its summary in tests/soak.txt
	@$(BIN)/python -m tests.support.system
	$(BIN)/python -m tests.soak

screenshots: $(READY_DEV)      ## draw the pictures anew, from sample data
	@$(BIN)/python -m tests.pictures

test-keychains: $(READY_DEV)   ## the keychain suite on KeePassXC and KDE's wallet
	$(BIN)/python -m tests.support.providers

test-windows: $(READY_DEV)     ## the Windows store and the command line on a Windows Python under Wine
	$(BIN)/python -m tests.support.windows

test-pythons: $(READY_DEV)     ## the tests on every other Python from 3.11 to 3.14 that is here
	$(BIN)/python -m tests.support.pythons

wheel: $(READY_DEV)    ## build wheel and sdist, install the wheel into a clean environment and use it
	$(BIN)/python -m tests.support.wheel

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "authui needs Python 3.11 or later")'
	$(PYTHON) -m venv $(VENV)

$(READY): $(VENV)/bin/python pyproject.toml constraints.txt
	$(BIN)/python -m pip install -q -c constraints.txt -e .
	@touch $@

$(READY_DEV): $(VENV)/bin/python pyproject.toml constraints.txt
	$(BIN)/python -m pip install -q -c constraints.txt -e '.[dev]'
	@touch $@ $(READY)

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
