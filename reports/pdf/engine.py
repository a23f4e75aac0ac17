"""Makes a PDF of an HTML document, without reading anything but what it was given."""

import gc
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from functools import cache
from io import StringIO
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from reports.pdf import fonts

if TYPE_CHECKING:
    from reports.pdf.fetcher import Fetcher

logger = logging.getLogger(__name__)

MEDIUM = "pdf"  # browsers use the stylesheet too, for the report as an HTML file
CSS_FOLDER = Path(__file__).resolve().parents[2] / "static" / "css"
STYLESHEETS = ("levels.css", "print.css")

PANGO_IS_MISSING = (
    "PDF export is off: this machine lacks the Pango text libraries. Install them with "
    "“apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0” or, on a Mac, “brew install pango”."
)
PACKAGE_IS_MISSING = "PDF export is off: the Python package “{}” is not installed."
NESTED_TOO_DEEPLY = "The PDF could not be made: its text is nested too deeply, such as a list in a list in a list."
TOO_LARGE = "The PDF could not be made: the document is too large for this machine’s memory."
NO_LANGUAGE_OR_TITLE = "The PDF could not be made: the document does not say its language and its title."
DOES_NOT_FIT = "The PDF could not be made: “{}” does not fit on a page."
FAILED = "The PDF could not be made: laying out the document failed ({})."


def stylesheet() -> str:
    """How a report looks on paper, and as an HTML file."""
    return "".join((CSS_FOLDER / name).read_text(encoding="utf-8") for name in STYLESHEETS)


class PdfUnavailable(Exception):
    """PDFs cannot be made on this machine. The text says what to install."""


class PdfFailed(Exception):
    """A document cannot be made into a PDF. The text says why, for the person who asked for it."""


@cache
def unavailable() -> str:
    """Say why PDFs cannot be made here, or return "". The first call imports WeasyPrint: over a second."""
    if fonts.folder() is None:
        return PACKAGE_IS_MISSING.format(fonts.PACKAGE)
    try:
        with redirect_stdout(StringIO()):  # it prints a banner where a library is missing
            import weasyprint  # noqa: F401
    except ImportError as error:
        return PACKAGE_IS_MISSING.format(error.name or "weasyprint")
    except OSError:  # the Python package is there, the libraries it loads are not
        return PANGO_IS_MISSING
    return ""


def render(html: str, *, assets: Mapping[str, bytes] = MappingProxyType({})) -> bytes:
    """Return the document as PDF/UA-1 and PDF/A-2a.

    `html` is a whole document with a language and a title. `assets` are the pictures it names: `{"logo": png}`
    is what `<img src="asset:logo">` shows. Everything else a document may point at (files, the network) is
    refused and logged, and left out of the result.

    Raises `PdfUnavailable` where WeasyPrint cannot run, and `PdfFailed` for a document it cannot lay out.
    """
    if reason := unavailable():
        raise PdfUnavailable(reason)
    from reports.pdf.fetcher import Fetcher  # imports WeasyPrint: only now is it known to be there

    fetcher = Fetcher({**assets, **fonts.assets()})
    try:
        with _uncollected():
            return _write(html, fetcher)
    except PdfFailed:
        raise
    except RecursionError as error:
        raise PdfFailed(NESTED_TOO_DEEPLY) from error
    except MemoryError as error:
        raise PdfFailed(TOO_LARGE) from error
    except Exception as error:
        logger.exception("A document could not be laid out")
        raise PdfFailed(FAILED.format(type(error).__name__)) from error
    finally:
        if fetcher.refused:
            logger.warning("A document asked for what PDFs may not read; refused: %s", fetcher.refused)


def _write(html: str, fetcher: "Fetcher") -> bytes:
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration

    from reports.pdf import fit, standards
    from reports.pdf.finisher import finish
    from reports.pdf.source import drawing_rules, prepare

    rules = stylesheet()
    document = HTML(string=html, base_url=None, url_fetcher=fetcher, media_type=MEDIUM)
    if not prepare(document.etree_element, drawing_rules(rules)):
        raise PdfFailed(NO_LANGUAGE_OR_TITLE)
    faces = FontConfiguration()
    rules = fonts.stylesheet() + rules
    style = CSS(string=rules, url_fetcher=fetcher, font_config=faces, media_type=MEDIUM)
    try:
        laid_out = fit.lay_out(document, stylesheets=[style], font_config=faces)
    except fit.DoesNotFit as error:
        raise PdfFailed(DOES_NOT_FIT.format(error)) from error
    pdf: bytes = laid_out.write_pdf(pdf_variant=standards.VARIANT, finisher=finish)
    return pdf


@contextmanager
def _uncollected() -> Iterator[None]:
    """Hold the garbage collector while boxes are made by the hundred thousand and none is garbage: a tenth faster."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
