"""The workbook of a revision: what scanpipe knows of each case, and what people typed in."""
