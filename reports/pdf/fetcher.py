"""What a document may read while it is laid out: the pictures and fonts we hand over, and nothing else.

WeasyPrint's own fetcher opens any address and any file: images, stylesheets, fonts, objects, attachments, and the
same again from inside an SVG. This one has no way to reach either, and remembers what was asked of it, since errors
inside an SVG are swallowed.
"""

from collections.abc import Mapping
from io import BytesIO
from typing import Any
from urllib.parse import unquote

from PIL import Image
from weasyprint.urls import URLFetcher, URLFetcherResponse

PIXELS = 25_000_000
SHOWN = 100  # characters of a refused address in the log


class Fetcher(URLFetcher):  # type: ignore[misc]  # WeasyPrint is untyped
    """Answers `asset:` from memory and `data:` when it is a PNG or a JPEG; refuses and remembers the rest."""

    def __init__(self, assets: Mapping[str, bytes]) -> None:
        super().__init__(allowed_protocols=("data",), allow_redirects=False)
        self._assets = assets
        self.refused: list[str] = []

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        """Return what the address holds; WeasyPrint takes an exception to mean that it is not there."""
        scheme, _, rest = url.partition(":")
        if scheme == "asset" and (body := self._assets.get(unquote(rest))) is not None:
            return URLFetcherResponse(url, body)
        if scheme == "data" and (body := self._picture(url, headers)):
            return URLFetcherResponse(url, body)
        self.refused.append(url[:SHOWN])
        raise ValueError("refused")

    def _picture(self, url: str, headers: Any) -> bytes:
        """Return the picture that a data: address holds, or nothing.

        Judged by its content: an EPS that calls itself a PNG would reach Ghostscript. SVG is refused, because ours
        stands in the page itself, and because a picture that may hold stylesheets and other pictures is no picture.
        """
        try:
            body: bytes = super().fetch(url, headers).read()
            with Image.open(BytesIO(body), formats=("PNG", "JPEG")) as picture:
                width, height = picture.size
        except Exception:  # noqa: BLE001 - whatever is wrong with it, it is not a picture
            return b""
        return body if width * height <= PIXELS else b""
