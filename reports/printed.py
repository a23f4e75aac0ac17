"""A report on paper: the same blocks as on the page, without links back into it, as one HTML document and as PDF."""

import base64

from django.template.loader import render_to_string

from core.blocks import Report
from reports.pdf import render, stylesheet


def html(report: Report) -> str:
    """A document that stands alone: its style travels in it."""
    style = base64.b64encode(stylesheet().encode()).decode()
    return document(report, style=style)


def pdf(report: Report) -> bytes:
    """PDF/UA-1 and PDF/A-2a. Raise `PdfUnavailable` where this machine cannot lay text out."""
    return render(document(report))


def document(report: Report, *, style: str = "") -> str:
    """The whole report as HTML, without its style unless given: it is what a PDF is made of."""
    return render_to_string("reports/printed.html", {"report": report, "style": style})
