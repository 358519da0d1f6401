# No logic here: every target calls one command of the package or of a library.
.DELETE_ON_ERROR:
PYTHON ?= python3
PORT ?= 8000
JOBS ?= 2
BIN := .venv/bin

.PHONY: course test coverage types exercises book pdf grade serve bench train clean

course: TRIAL := --no-trial
course: exercises book grade  ## everything: set up, exercises, book, marks of the sample class
	@$(BIN)/course where

FITS := (3, 11) <= sys.version_info[:2] <= (3, 13)
NONE_FITS := Python 3.11, 3.12 or 3.13 is needed, and $(PYTHON) is another: make course PYTHON=python3.13

.venv/installed: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(None if $(FITS) else "$(NONE_FITS)")'
	@echo "== Setting up .venv (about 2 minutes the first time: 1 GB to download, 3 GB on disk)"
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install -q --disable-pip-version-check --progress-bar on -r requirements.txt
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps -e .
	@touch $@

TEST := $(BIN)/python -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder

test: .venv/installed  ## every test
	$(TEST)

coverage: .venv/installed  ## every test, and how much of course_utils they run: a quarter slower
	$(TEST) --cov=course_utils --cov-report=term:skip-covered

corpus: .venv/installed  ## all hostile submissions behind every wall, as root and not: about 6 minutes
	WHOLE_CORPUS=1 $(BIN)/python -m pytest -q tests/grading/test_corpus.py tests/grading/test_walls.py

types: .venv/installed  ## type checkers: pyright over the package, TypeScript's over the scripts
	$(BIN)/basedpyright
	npx --yes -p typescript@5.9.3 tsc -p jsconfig.json

exercises: .venv/installed  ## solutions/*.py -> exercises/*.ipynb
	@$(BIN)/course exercises $(TRIAL)

book: .venv/installed  ## book/*.md -> _build/html
	@$(BIN)/course book

pdf: .venv/installed  ## the whole book as one PDF
	@$(BIN)/course book --pdf

grade: .venv/installed  ## mark the bundled sample class
	@$(BIN)/course grade convolution --sample

serve: book
	@$(BIN)/python -m http.server --bind 127.0.0.1 --directory _build/html $(PORT)

bench: .venv/installed  ## every speed claim as ratios in one run, and whose marks can be trusted
	$(BIN)/python -m tests.bench

train: .venv/installed  ## train both book models on all of MNIST and write the package's weights
	$(BIN)/python scripts/train_models.py

clean:  ## remove what was built, and the tables of marks (not .venv, not the gradebook)
	rm -rf _build
