# The first of these that is Python 3.11 or newer.
FOUND := $(shell for python in $(or $(PYTHON),python3.13 python3.12 python3.11 python3); do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& echo $$python && break; done)
BOOTSTRAP = $(or $(FOUND),$(error cxjourney needs Python 3.11 or newer and \
	$(if $(PYTHON),$(PYTHON) is not,found none): \
	install it, or name one: make PYTHON=/path/to/python3)) deploy/bootstrap.py

.PHONY: help install run dev test lint lock

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile

install: ## bring .venv up to date with requirements.txt, and no more
	@$(BOOTSTRAP) install

run: ## install, prepare the database, load the demo, serve on HOST:PORT (127.0.0.1:8000)
	@$(BOOTSTRAP) run

dev: ## the same, with DEBUG and a restart after every edit
	@$(BOOTSTRAP) install --dev
	@$(BOOTSTRAP) dev

test: ## install, then test on SQLite, PostgreSQL and in Chromium, where they are found
	@$(BOOTSTRAP) install --dev
	@.venv/bin/python tests/run.py $(ARGS)

lint: ## what the tests cannot see: style, types, templates, imports, migrations, deployment
	@$(BOOTSTRAP) install --dev
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/djlint --quiet --lint templates
	.venv/bin/lint-imports
	.venv/bin/mypy
	DJANGO_SETTINGS_MODULE=tests.settings .venv/bin/python manage.py makemigrations --check --dry-run
	SECRET_KEY=$$(.venv/bin/python -c 'import secrets; print(secrets.token_urlsafe(50))') \
		SITE_URL=https://journeys.example.org \
		.venv/bin/python manage.py check --deploy --fail-level WARNING

lock: ## compile requirements*.txt from requirements*.in; make lock UPGRADE=--upgrade takes newer ones
	@$(BOOTSTRAP) install --dev
	for list in requirements requirements-dev requirements-cjk requirements-operating; do \
		.venv/bin/uv pip compile --quiet --universal --python-version 3.11 --fork-strategy fewest \
			--generate-hashes --custom-compile-command "make lock" $(UPGRADE) \
			$$list.in --output-file $$list.txt || exit 1; done
