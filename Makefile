# Thin lines, no logic: every target calls one command of the package or of a library.
.DELETE_ON_ERROR:
PYTHON ?= python3
BIN := .venv/bin

.PHONY: course test exercises book pdf grade serve bench train clean

course: exercises book grade  ## everything: set up, exercises, book, marks of the sample class
	@$(BIN)/course where

.venv/installed: requirements.txt pyproject.toml
	@echo "== Setting up .venv (about 2 minutes and 3 GB the first time)"
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install -q --disable-pip-version-check --progress-bar on -r requirements.txt
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps -e .
	@touch $@

test: .venv/installed  ## every test, and how much of course_utils they run
	$(BIN)/python -m pytest --cov=course_utils --cov-report=term:skip-covered

exercises: .venv/installed  ## solutions/*.py -> exercises/*.ipynb
	@$(BIN)/course exercises

book: .venv/installed  ## book/*.md -> _build/html
	@$(BIN)/course book

pdf: .venv/installed  ## the whole book as one PDF
	@$(BIN)/course book --pdf

grade: .venv/installed  ## mark the bundled sample class
	@$(BIN)/course grade convolution --sample

serve: book
	@$(BIN)/python -m http.server --bind 127.0.0.1 --directory _build/html 8000

bench: .venv/installed  ## every speed claim, as ratios in one run
	$(BIN)/python -m tests.bench

train: .venv/installed  ## train both book models on all of MNIST and write the package's weights
	$(BIN)/python scripts/train_models.py

clean:  ## remove what was built (not .venv, not your class's marks)
	rm -rf _build
