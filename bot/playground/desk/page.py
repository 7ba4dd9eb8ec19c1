"""The static files of the page, with headers under which nothing but them runs."""

import hashlib
from functools import cache
from pathlib import Path

from aiohttp import web

FOLDER = Path(__file__).parent.parent / "page"
TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "frame-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-cache",
}


@cache
def _content(name: str) -> tuple[bytes, str] | None:
    """Content and entity tag of a file of the page."""
    path = FOLDER / name
    if path.parent != FOLDER or path.suffix not in TYPES or not path.is_file():
        return None
    content = path.read_bytes()
    return content, hashlib.sha256(content).hexdigest()[:16]


class Page:
    """Serves `index.html` and what it loads."""

    async def index(self, request: web.Request) -> web.Response:
        """GET /."""
        return self._serve(request, "index.html")

    async def asset(self, request: web.Request) -> web.Response:
        """GET /playground/page/{name}."""
        return self._serve(request, request.match_info["name"])

    def _serve(self, request: web.Request, name: str) -> web.Response:
        found = _content(name)
        if found is None:
            raise web.HTTPNotFound
        content, tag = found
        response = web.Response(body=content, content_type=TYPES[Path(name).suffix], charset="utf-8", headers=HEADERS)
        response.etag = tag
        if request.if_none_match and any(known.value == tag for known in request.if_none_match):
            raise web.HTTPNotModified(headers={**HEADERS, "ETag": f'"{tag}"'})
        return response
