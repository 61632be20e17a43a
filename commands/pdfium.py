"""The library that opens and writes PDFs; it is not made for threads."""

from threading import Lock

PDFIUM = Lock()  # held by whoever works with a document of it
