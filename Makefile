# make demo, make test: from nothing but Python (3.11 or newer) and make.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: demo test install lint clean

demo: install
	@$(BIN)/gendan demo

test: $(VENV)/.dev
	@$(BIN)/python -m tests.conditions
	@mkdir -p .cache/coverage && rm -f .cache/coverage/*
	@$(BIN)/coverage run -m pytest -n auto --dist loadfile
	@$(BIN)/coverage combine -q
	@$(BIN)/coverage report

install: $(VENV)/.installed

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: requirements.txt pyproject.toml | $(VENV)/bin/python
	@echo "installing the pinned dependencies into $(VENV)"
	@$(BIN)/python -m pip install -q --require-hashes -r requirements.txt
	@$(BIN)/python -m pip install -q --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.installed
	@echo "installing what the tests need into $(VENV)"
	@$(BIN)/python -m pip install -q --require-hashes -r requirements-dev.txt
	@touch $@

clean:
	rm -rf $(VENV) data
