# demo: install what is missing, then one sample book from the (virtual) scanner to a verified package.
# test: install what is missing, then lint, types, import rules and all tests.
# catalogue: bring the Vietnamese texts up to date with the source.
# pictures: draw the before-and-after pictures of docs/enhancement.md again.

.PHONY: demo test catalogue pictures

demo:
	@scripts/setup run
	@.venv/bin/scanpipe demo --force

test:
	@scripts/setup test
	@scripts/check

catalogue:
	@.venv/bin/python scripts/catalogue.py

pictures:
	@PYTHONPATH=. .venv/bin/python scripts/docs_pictures.py
