"""Documents as PDF: the one place that knows WeasyPrint. Everybody else calls `render`.

`render(html)` takes a whole HTML document and returns a PDF that can be read aloud and archived (PDF/UA-1 and
PDF/A-2a), the same bytes for the same input on every run. `unavailable()` says in a sentence why PDFs cannot be
made here, or nothing. `fingerprint()` changes with everything a PDF depends on beside its document.
"""

from reports.pdf.engine import PdfFailed, PdfUnavailable, render, stylesheet, unavailable
from reports.pdf.maker import fingerprint

__all__ = ["PdfFailed", "PdfUnavailable", "fingerprint", "render", "stylesheet", "unavailable"]
