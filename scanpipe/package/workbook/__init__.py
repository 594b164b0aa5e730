"""The import workbook: read as people saw it, merged by case, written anew."""
