from io import BytesIO

import pikepdf
import pytest

from reports.pdf import render
from tests.pdf_structure import Sample
from tests.reports.pdf import sample


@pytest.fixture(scope="session")
def sample_pdf():
    return render(sample.document())


@pytest.fixture
def pdf(sample_pdf):
    """The sample, opened, with its tags."""
    with pikepdf.open(BytesIO(sample_pdf)) as opened:
        yield Sample(opened)


@pytest.fixture
def tags_of():
    """Return a function that renders the body of a document and returns its tags."""
    opened = []

    def read(body):
        opened.append(pikepdf.open(BytesIO(render(sample.document(body)))))
        return Sample(opened[-1])

    yield read
    for each in opened:
        each.close()
