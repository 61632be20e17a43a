"""A client's health as files: workbook, CSV, and a report to read."""
