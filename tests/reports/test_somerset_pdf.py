"""Somerset's scorecard as a PDF, made by the command that other programs call."""

import io
import os
import subprocess
import sys

import pikepdf
import pytest
from django.conf import settings

from tests import verapdf
from tests.pdf_structure import problems

pytestmark = pytest.mark.pdf


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A data folder with the example in it."""
    folder = tmp_path_factory.mktemp("somerset")
    run(folder, "load_example", "somerset")
    return folder


def run(folder, *arguments, **environment):
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG_", "DJANGO_"))}
    env = kept | {"DATA_DIR": str(folder)} | environment
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(command, cwd=settings.BASE_DIR, env=env, check=True, capture_output=True).stdout


@pytest.fixture(scope="module")
def june(folder):
    return run(folder, "report", "somerset", "2022-06", "--format", "pdf")


def test_is_tagged_as_a_screen_reader_needs_it(june):
    assert problems(june) == []


@pytest.mark.verapdf
def test_keeps_the_standards_and_so_does_a_workstreams(june, folder, tmp_path):
    workstream = run(folder, "report", "somerset", "2022-06", "--workstream", "AOP", "--format", "pdf")

    assert verapdf.faults(tmp_path, june=june, workstream=workstream) == {"june": [], "workstream": []}


def test_has_the_same_bytes_in_another_process_at_another_place(june, folder):
    again = run(folder, "report", "somerset", "2022-06", "--format", "pdf", PYTHONHASHSEED="7", TZ="America/New_York")

    assert again == june


def test_embeds_every_font(june):
    with pikepdf.open(io.BytesIO(june)) as pdf:
        fonts = [item for item in pdf.objects if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/Font"]
        descriptors = [item.FontDescriptor for item in fonts if "/FontDescriptor" in item]

    assert descriptors
    assert [font for font in descriptors if not {"/FontFile", "/FontFile2", "/FontFile3"} & set(font.keys())] == []
