# The few commands of this project. `make demo` needs nothing but Python 3.11, 3.12 or 3.13.

# The first Python that suits; another by hand: make demo PYTHON=/path/to/python3
PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11; do \
	$$python -c '$(SUITS)' 2>/dev/null && echo $$python && break; done)
SUITS = import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))

PORT ?= 8000
SIZE ?= 20000
export PORT SIZE

RUN = .venv/bin/python
TEMPLATES = find templates dialogues -name '*.html' -not -path '*/vendor/*' -print0

# One fault does not hide the next: all checks run, then make fails.
MAKEFLAGS += --keep-going

.PHONY: demo test lint format bench lock clean
.PHONY: formatting rules types templates layers migrations lock-freshness

demo: .venv/runtime.stamp
	@$(RUN) manage.py demo

test: .venv/dev.stamp
	@$(RUN) -m tests.run

lint: formatting rules types templates layers migrations lock-freshness

formatting rules types templates layers migrations lock-freshness: .venv/dev.stamp

formatting:
	$(RUN) -m ruff format --check .

rules:
	$(RUN) -m ruff check .

types:
	$(RUN) -m mypy

templates:
	$(TEMPLATES) | xargs -0 -r .venv/bin/djade --target-version 5.2 --check

layers:
	.venv/bin/lint-imports --no-logo

migrations:
	DATABASE_URL=sqlite://:memory: $(RUN) manage.py makemigrations --check --dry-run

lock-freshness:
	$(RUN) -m tests.lock --check

# What lint asks for, done.
format: .venv/dev.stamp
	$(RUN) -m ruff format .
	$(RUN) -m ruff check --fix .
	$(TEMPLATES) | xargs -0 -r .venv/bin/djade --target-version 5.2

bench: .venv/dev.stamp
	@$(RUN) -m bench --size $(SIZE)

# After a change of pyproject.toml; newest versions of everything: make lock UPGRADE=1
lock: .venv/dev.stamp
	$(RUN) -m tests.lock $(if $(UPGRADE),--upgrade)

# The environment and what tools left behind; never the archive in var/.
clean:
	rm -rf .venv .coverage htmlcov .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/runtime.stamp: requirements.txt
	$(call install,$<)
	@touch $@

.venv/dev.stamp: requirements-dev.txt
	$(call install,$<)
	@touch $@ .venv/runtime.stamp

# $(1): the file of locked requirements. The stamp follows only when all of them are in.
define install
	@"$(PYTHON)" -c '$(SUITS)' 2>/dev/null || \
		{ echo "This needs Python 3.11, 3.12 or 3.13 as python3 (or: make PYTHON=/path/to/python3)." >&2; exit 1; }
	@echo "Making .venv from $(1) ..."
	@"$(PYTHON)" -m venv .venv
	@$(RUN) -m pip install -qq --disable-pip-version-check --require-hashes -r $(1)
endef
