# Two commands: `make run` and `make test`. Everything else is a step of them.
SHELL := /bin/bash
BIN := .venv/bin
OUT ?= out

.PHONY: run test lint types contracts unit mutations bench screenshots wheel clean help

help:
	@echo "make run    first-run set-up, then the workstation on its demo studies"
	@echo "            (no display: the same reading headlessly, results in $(OUT)/)"
	@echo "make test   what CI runs: lint, types, import contracts, tests under Xvfb"
	@echo "make mutations  takes the safety guards out one at a time: each must be noticed by its test"
	@echo "make bench  speed ratios of the hot paths; make screenshots  the README's pictures"

run:
	@packaging/bootstrap.sh run
	@packaging/run.sh "$(OUT)"

test:
	@packaging/bootstrap.sh test
	@$(MAKE) --no-print-directory lint types contracts unit

lint:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types:
	$(BIN)/mypy

contracts:
	$(BIN)/lint-imports

unit:
	packaging/xvfb.sh $(BIN)/python -m pytest -n 2 --dist loadgroup -q

mutations:
	packaging/xvfb.sh $(BIN)/python tests/safety/mutations.py

bench:
	XVFB_SCREEN=3840x1080x24 packaging/xvfb.sh $(BIN)/python -m tests.bench $(OUT)/bench.json

screenshots:
	packaging/xvfb.sh $(BIN)/python packaging/screenshots.py

wheel:
	$(BIN)/python -m build --wheel --no-isolation

clean:
	rm -rf out dist build .mypy_cache .ruff_cache .pytest_cache
