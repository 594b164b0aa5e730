"""PDFs as people bring them and as packages hold them, read within bounds: the one room that interprets their content.

`content` follows what a page draws and tells it as events; `streams` unpacks, `colour_spaces` says what a sample is,
`page_box` what is seen of a page, and `layers` whether anything of it may be hidden. What is made of the answers is the
business of those who ask: `raster.pdf` takes a scan out of its page, `package.verify` judges a page.
"""
