"""One thing done to a page each: measured, then applied where the measure is sure."""
