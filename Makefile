# Two commands set everything up: `make run` and `make test`. The rest is for people who change the code.
PYTHON ?= python3.13
PORT ?= 8501
BIN := .venv/bin
# As they are collected: files that take minutes begin first, however few tests they have.
SPREAD := --numprocesses 2 --dist loadfile --no-loadscope-reorder

.PHONY: setup run test check bench verify audit format schemas pin

setup: .venv/.ready

# The stamp changes when the pinned versions do; the compile cache is filled here so that no user waits for it.
.venv/.ready: requirements.txt
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --requirement requirements.txt
	$(BIN)/python -m mmm_core warm
	touch $@

run: setup
	@$(BIN)/python -c "import socket,sys; s=socket.socket(); sys.exit(s.connect_ex(('127.0.0.1',$(PORT)))==0)" \
	  || { echo "Port $(PORT) is taken. Stop what runs there, or choose another: make run PORT=8601"; exit 1; }
	$(BIN)/streamlit run asgi.py --server.address 127.0.0.1 --server.port $(PORT)

# Two processes share the files: whatever a file needs is started once in the process that has it.
test: setup
	$(BIN)/python -m pytest $(SPREAD)

check: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest $(SPREAD)

format: setup
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# Peers are measured in environments of their own; a peer that does not install here is left out, and the table says so.
bench: setup .venv-bench/.ready
	$(BIN)/python -m benchmarks.pipeline
	$(BIN)/python -m benchmarks.refit --json benchmarks/last.json

.venv-bench/.ready: benchmarks/requirements.txt benchmarks/requirements-meridian.txt
	$(PYTHON) -m venv .venv-bench
	-.venv-bench/bin/python -m pip install --quiet --requirement benchmarks/requirements.txt
	$(PYTHON) -m venv .venv-meridian
	-.venv-meridian/bin/python -m pip install --quiet --requirement benchmarks/requirements-meridian.txt
	touch $@

verify: setup
	$(BIN)/python -m benchmarks.verify
	$(BIN)/python -m benchmarks.endurance
	$(BIN)/python -m benchmarks.chaos
	$(BIN)/python -m benchmarks.threats
	$(BIN)/python -m benchmarks.load
	$(BIN)/python -m benchmarks.api_cases

# The auditor's own dependencies are none of ours: it has an environment of its own.
audit: setup .venv-audit/bin/pip-audit
	$(BIN)/python -m benchmarks.audit

.venv-audit/bin/pip-audit:
	$(PYTHON) -m venv .venv-audit
	.venv-audit/bin/python -m pip install --quiet pip-audit

schemas: setup
	$(BIN)/python -m mmm_core schemas docs/contract

# Take the newest releases that pyproject.toml allows, in a fresh environment, and pin them.
pin:
	$(PYTHON) -m venv .venv-pin
	.venv-pin/bin/python -m pip install --quiet --upgrade pip
	.venv-pin/bin/python -m pip install --quiet --group dev .
	{ head -1 requirements.txt; .venv-pin/bin/python -m pip freeze --exclude marketing-mix-studio; } > requirements.new
	mv requirements.new requirements.txt
	rm -r .venv-pin
