"""What the convention says: names that render and parse, numbers, units, limits, workbook columns."""
