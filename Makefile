# demo: install what is missing, then one sample book from the (virtual) scanner to a verified package.
# test: install what is missing, then lint, types, import rules and all tests.
# catalogue: bring the Vietnamese texts up to date with the source.

.PHONY: demo test catalogue

demo:
	@scripts/setup run
	@.venv/bin/scanpipe demo

test:
	@scripts/setup test
	@scripts/check

catalogue:
	@.venv/bin/python scripts/catalogue.py
