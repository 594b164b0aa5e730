# `make help` shows what there is. What needs programs or packages that are missing installs them first.

.PHONY: help demo check unit test test-all format catalogue docs pictures

help: ## show what there is to make
	@sed -n 's/^\([a-z-]*\):[^#]*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

demo: ## one sample book from the (virtual) scanner to a verified package
	@scripts/setup run
	@.venv/bin/scanpipe demo --force

check: ## lint, types and import rules: half a minute at most
	@scripts/setup test
	@scripts/form

unit: ## the tests of single rooms
	@scripts/setup test
	@scripts/tests tests/unit

test: ## all that must hold: check, and all tests
	@scripts/setup test
	@scripts/check

test-all: ## the same, with many more kills, faults and packages drawn by lot
	@scripts/setup test
	@SCANPIPE_TEST_ALL=1 scripts/check

format: ## write the source as `make check` wants it
	@scripts/setup test
	@.venv/bin/ruff check --fix .
	@.venv/bin/ruff format .

catalogue: ## bring the Vietnamese texts up to date with the source
	@.venv/bin/python scripts/catalogue.py

docs: ## write docs/findings.md and the values of the default recipe anew from the source
	@PYTHONPATH=. .venv/bin/python scripts/findings.py
	@PYTHONPATH=. .venv/bin/python scripts/default_recipe.py

pictures: ## draw the pictures of the documents again: pages, console, review page, reasons to reject
	@PYTHONPATH=. .venv/bin/python scripts/docs_pictures.py
	@PYTHONPATH=. .venv/bin/python scripts/console_pictures.py docs/pictures
	@PYTHONPATH=. .venv/bin/python scripts/review_pictures.py docs/pictures
	@PYTHONPATH=. .venv/bin/python scripts/reason_pictures.py
