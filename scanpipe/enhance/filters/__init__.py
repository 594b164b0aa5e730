"""One thing done to a page each: measured, then applied where the measure is sure.

`measure(page, params)` looks at the page, and takes parameters where it has any; `apply(raster, measured, ...)` makes
the new picture of what was measured. Whether a measure is sure enough, and what the step cost, is told in `steps.py`.
"""
