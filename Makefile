# Sets up and runs everything. README.md has the same commands for a machine without make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: workshop setup test lab gallery lock texts clean

workshop: setup
	$(BIN)/workshop run

setup: $(VENV)/.installed

$(VENV)/.installed: requirements.lock pyproject.toml $(wildcard kit/voila/*)
	@echo "Getting what the workshop needs, this once: about a minute, a few on slow Wi-Fi. It goes on by itself."
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --force-reinstall -e .
	@touch $@

test: setup $(VENV)/.installed-test
	$(BIN)/python -m pytest

$(VENV)/.installed-test: tests/requirements.lock tests/chromium.py
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r tests/requirements.lock
	$(BIN)/python tests/chromium.py
	touch $@

lab: setup
	$(BIN)/jupyter lab --config notebooks/jupyter_lab_config.py

gallery: setup $(VENV)/.installed-test
	$(BIN)/python benchmarks/gallery.py

# Renew the lock files after a change of pyproject.toml. Needs uv; nothing else does.
lock:
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --output-file requirements.lock --extra postgres pyproject.toml tests/build.in
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --output-file tests/requirements.lock --constraint requirements.lock --extra test pyproject.toml

texts:
	$(BIN)/pybabel -q extract --no-location --sort-output --omit-header -F pyproject.toml -o kit/locale/kit.pot kit

clean:
	rm -rf $(VENV)
