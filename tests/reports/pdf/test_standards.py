"""Every PDF keeps PDF/UA-1, to be read aloud, and PDF/A-2a, to be archived: so says the standards' own validator."""

from io import BytesIO

import pikepdf
import pytest

from tests import verapdf

pytestmark = pytest.mark.pdf


def without_claims(pdf):
    """The same document without its colours' profile, and with what it says of itself left out."""
    with pikepdf.open(BytesIO(pdf)) as opened:
        del opened.Root.OutputIntents
        del opened.Root.Lang
        changed = BytesIO()
        opened.save(changed)
    return changed.getvalue()


@pytest.mark.verapdf
def test_a_document_with_everything_is_compliant(sample_pdf, tmp_path):
    found = verapdf.faults(tmp_path, sample=sample_pdf, spoilt=without_claims(sample_pdf))

    assert found["sample"] == []
    assert {(profile, clause) for profile, clause, *_ in found["spoilt"]} >= {
        ("PDFUA-1", "7.2-33"),
        ("PDFA-2A", "6.2.4.3-2"),
    }


def test_it_says_which_standards_it_keeps(sample_pdf):
    with pikepdf.open(BytesIO(sample_pdf)) as opened, opened.open_metadata() as metadata:
        said = {key: metadata[key] for key in ("pdfuaid:part", "pdfaid:part", "pdfaid:conformance")}

    assert said == {"pdfuaid:part": "1", "pdfaid:part": "2", "pdfaid:conformance": "A"}
