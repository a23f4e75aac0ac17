"""What a hostile document may reach while it is laid out: nothing. Canaries on the network and on the disk listen."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from urllib.parse import quote

import pikepdf
import pytest
from pikepdf import Name
from PIL import Image

from reports.pdf import render
from tests.reports.pdf import sample
from tests.reports.pdf.reading import everything

pytestmark = pytest.mark.pdf

CANARY = b"the canary in the file sings"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="9" height="9">{}</svg>'

# Every way a document can name something outside it. Those that WeasyPrint itself opens are marked, and proved below.
OPENED = {
    "img": '<img src="{url}" alt="x">',
    "link": '<link rel="stylesheet" href="{url}">',
    "import": '<style>@import url("{url}");</style>',
    "import of a string": '<style>@import "{url}";</style>',
    "background": '<p style="background: url({url})">x</p>',
    "font-face": '<style>@font-face {{ font-family: Canary; src: url("{url}") }} p {{ font-family: Canary }}</style>',
    "object": '<object data="{url}" type="image/png">x</object>',
    "embed": '<embed src="{url}" type="image/png">',
    "svg image": SVG.format('<image href="{url}" width="9" height="9"/>'),
    "svg image by xlink": SVG.format('<image xlink:href="{url}" width="9" height="9"/>'),
    "svg in a data address": '<img alt="x" src="data:image/svg+xml,{svg}">',
    "svg in a background": "<p style=\"background: url('data:image/svg+xml,{svg}')\">x</p>",
    "content": '<style>p::before {{ content: url("{url}") }}</style><p>x</p>',
    "list-style": '<ul style="list-style-image: url({url})"><li>x</li></ul>',
    "border-image": '<p style="border: 5px solid; border-image: url({url}) 1">x</p>',
    "colour profile": '<style>@COLOR-profile --x {{ src: url("{url}"); components: r, g, b }}</style>',
    "base": '<base href="{url}"><img src="x.png" alt="x">',
    "link to an attachment": '<link rel="attachment" href="{url}">',
    "anchor of an attachment": '<a rel="attachment" href="{url}">x</a>',
}
UNOPENED = {
    "iframe": '<iframe src="{url}"></iframe>',
    "video": '<video src="{url}" poster="{url}"></video>',
    "image button": '<input type="image" src="{url}" alt="x">',
    "script": '<script src="{url}"></script>',
    "refresh": '<meta http-equiv="refresh" content="0; url={url}">',
    "svg use": SVG.format('<use href="{url}#x"/>'),
    "svg style": SVG.format('<style>@import url("{url}");</style><rect width="9" height="9"/>'),
    "cursor": '<p style="cursor: url({url}), auto">x</p>',
}
CHANNELS = {**OPENED, **UNOPENED}


def document(channel, url):
    nested = quote(SVG.format(f'<image href="{url}" width="9" height="9"/>'))
    return sample.document(CHANNELS[channel].format(url=url, svg=nested) + "<p>Text</p>")


@pytest.fixture
def network() -> Iterator[tuple[str, list[str]]]:
    """A web server of ours: its address and the paths that were asked for."""
    asked: list[str] = []

    class Listener(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(302 if self.path == "/moved" else 200)
            self.send_header("Location", "/x.png")
            self.send_header("Content-Type", "text/css" if self.path == "/x.css" else "image/png")
            self.end_headers()

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Listener)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "canary.css"
    path.write_bytes(CANARY)
    return path.as_uri()


@pytest.mark.parametrize("channel", CHANNELS)
def test_nothing_is_asked_of_the_network(channel, network):
    address, asked = network

    assert render(document(channel, f"{address}/x.css")).startswith(b"%PDF-")
    assert asked == []


@pytest.mark.parametrize("channel", OPENED)
def test_the_canary_on_the_network_would_be_heard(channel, network):
    """With WeasyPrint's own fetcher the same document calls it: the test above can fail."""
    import weasyprint  # not with the file: without Pango it cannot be imported

    address, asked = network
    try:
        weasyprint.HTML(string=document(channel, f"{address}/x.css")).write_pdf()
    except weasyprint.urls.URLFetchingError:
        pytest.fail("the canary does not answer")

    assert asked


@pytest.mark.parametrize("channel", OPENED)
def test_what_was_refused_is_logged(channel, network, caplog):
    address, _ = network
    render(document(channel, f"{address}/x.css"))
    logged = [record.getMessage() for record in caplog.records if record.name == "reports.pdf.engine"]

    if channel == "colour profile":  # not even asked for: WeasyPrint would stop
        assert logged == []
    else:
        assert len(logged) == 1
        assert (address in logged[0]) or ("data:image/svg+xml" in logged[0])


def test_a_redirect_is_not_followed(network):
    address, asked = network
    render(sample.document(f'<img src="{address}/moved" alt="x">'))

    assert asked == []


@pytest.mark.parametrize("channel", CHANNELS)
def test_no_file_gets_into_the_pdf(channel, file):
    pdf = everything(render(document(channel, file)))

    assert CANARY not in pdf
    assert b"/EmbeddedFile" not in pdf


@pytest.mark.parametrize("channel", ["link to an attachment", "anchor of an attachment"])
def test_the_canary_in_the_file_would_be_seen(channel, file):
    import weasyprint

    pdf = weasyprint.HTML(string=document(channel, file)).write_pdf()

    assert CANARY not in pdf  # it lies compressed
    assert CANARY in everything(pdf)


@pytest.mark.parametrize(
    "address", ["", "asset:", "asset:other", "ASSET:logo", "file:asset:logo", "ftp://x/", "//x/y.png"]
)
def test_only_what_was_handed_over_is_shown(address):
    picture = png(3, 3)

    assert images(render(sample.document('<img src="asset:logo" alt="x">'), assets={"logo": picture})) == 1
    assert images(render(sample.document(f'<img src="{address}" alt="x">'), assets={"logo": picture})) == 0


@pytest.mark.parametrize(("kind", "shown"), [("PNG", 1), ("JPEG", 1), ("GIF", 0), ("EPS", 0), ("TIFF", 0)])
def test_a_picture_in_the_document_is_judged_by_its_content(kind, shown):
    """T5: an EPS that calls itself a PNG would reach Ghostscript."""
    address = "data:image/png;base64," + quote(_base64(picture(kind)))

    assert images(render(sample.document(f'<img src="{address}" alt="x">'))) == shown


def test_a_picture_too_large_to_decode_is_refused():
    """T6: judged by its header; 5,100 × 5,000 white pixels weigh a few kilobytes."""
    address = "data:image/png;base64," + _base64(png(5100, 5000))

    assert images(render(sample.document(f'<img src="{address}" alt="x">'))) == 0


def png(width, height):
    return picture("PNG", (width, height))


def picture(kind, size=(3, 3)):
    file = BytesIO()
    Image.new("RGB", size, "white").save(file, kind)
    return file.getvalue()


def _base64(content):
    from base64 import b64encode

    return b64encode(content).decode()


def images(pdf):
    with pikepdf.open(BytesIO(pdf)) as opened:
        return sum(isinstance(item, pikepdf.Stream) and item.get(Name.Subtype) == Name.Image for item in opened.objects)
