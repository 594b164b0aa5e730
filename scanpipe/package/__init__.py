"""From pages to a verified package: convention, PDF, workbook, ZIP."""
