# One command each; every command does its own set-up (see packaging/setup.sh) and says what it installs.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

PYTHON := .venv/bin/python
READY := .venv/.ready
# The tests' own machinery; the tests themselves are not typed throughout.
TYPED_TESTS := tests/leaks.py tests/conftest.py tests/screen tests/bench tests/screenshots tests/translations
SOURCES := desktop server shared tests packaging

.PHONY: help setup run test check translations screenshots bench soak package clean

help:
	@echo "make run        see Wherry work: the window with sample files, and the tray server beside it"
	@echo "make test       every test; those of the screen bring their own virtual one"
	@echo "make check      ruff, mypy --strict and the import contracts"
	@echo "make translations  the Chinese texts: what is new in the programs is added, and compiled"
	@echo "make screenshots   every view, light, dark, large and Chinese, in build/screenshots"
	@echo "make package    both programs as bundles in dist/, started once to see their windows"
	@echo "make bench      Wherry beside scp, curl, rsync and sftp: a table and build/bench.json; QUICK=1 for two minutes"
	@echo "make soak       the long fault runs: kills, cuts, files over 4 GiB"
	@echo "make setup      only what the others do first: packages of the system, and .venv"

setup: $(READY)

$(READY): pyproject.toml requirements.lock packaging/setup.sh packaging/debian-packages.txt
	@packaging/setup.sh
	@touch $@

run: $(READY)
	@$(PYTHON) -m tests.screen.demo_run

# Many tests wait for a clock or another process: one worker more than there are processors keeps those busy.
WORKERS ?= $(shell expr $$(nproc 2>/dev/null || echo 2) + 1)

test: $(READY)
	@$(PYTHON) -m pytest --numprocesses $(WORKERS) --dist loadfile $(ARGS)

check: $(READY)
	$(PYTHON) -m ruff check $(SOURCES)
	$(PYTHON) -m ruff format --check $(SOURCES)
	$(PYTHON) -m mypy
	$(PYTHON) -m mypy --explicit-package-bases $(TYPED_TESTS)
	.venv/bin/lint-imports --no-logo

translations: $(READY)
	@$(PYTHON) -m tests.translations

screenshots: $(READY)
	@$(PYTHON) -m tests.screenshots $(ARGS)

package: $(READY)
	@packaging/package.sh
	@$(PYTHON) -m pytest -m bundle tests/packaging

bench: $(READY)
	@$(PYTHON) -m tests.bench --json build/bench.json $(if $(QUICK),--quick) $(addprefix --case ,$(CASE)) $(ARGS)

soak: $(READY)
	@$(PYTHON) -m pytest -m soak $(ARGS)

clean:
	rm -rf build dist screenshots .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage
