"""The one page: what shows before the app is there, in the tenant's name and colour, and what it may load."""

import base64
import hashlib
import html
import json
import re
from pathlib import Path

from shared.api.identity import Brand

_TEMPLATE = Path(__file__).with_name("index.html")
_INLINE_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
FALLBACK_NAME = "CaaS"


class Page:
    """The page of one tenant. `version` names the folder that its files are asked for in: they never go stale."""

    def __init__(self, version: str, *, name: str = FALLBACK_NAME, brand: Brand | None = None) -> None:
        brand = brand or Brand()
        filled = _TEMPLATE.read_text()
        for place, value in (
            ("name", html.escape(name)),
            ("initial", html.escape(name[:1])),
            ("colour", brand.primary_colour),
            ("version", version),
        ):
            filled = filled.replace(f"%{place}%", value)
        self.html = filled.encode()
        self.policy = _policy(filled)
        self.manifest = _manifest(name, brand)
        self.icon = _icon(name, brand)


def _policy(page: str) -> str:
    """Scripts are ours or inline ones known by hash; nothing is loaded from elsewhere (Content Security Policy 3)."""
    hashes = [hashlib.sha256(script.encode()).digest() for script in _INLINE_SCRIPT.findall(page)]
    inline = " ".join(f"'sha256-{base64.b64encode(each).decode()}'" for each in hashes)
    return (
        "default-src 'none'; "
        f"script-src 'self' {inline} 'wasm-unsafe-eval' blob:; worker-src 'self' blob:; "
        "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
        "connect-src 'self' data: blob:; manifest-src 'self'; base-uri 'self'; form-action 'none'; "
        "object-src 'none'; frame-ancestors 'none'"
    )


def _manifest(name: str, brand: Brand) -> bytes:
    icon = {"src": "icon.svg", "sizes": "any", "type": "image/svg+xml", "purpose": "any"}
    shown = {
        "name": name,
        "short_name": name,
        "start_url": ".",
        "display": "standalone",
        "background_color": "#FFFFFF",
        "theme_color": brand.primary_colour,
        "icons": [icon],
    }
    return json.dumps(shown, ensure_ascii=False).encode()


def _icon(name: str, brand: Brand) -> bytes:
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 96">'
        f'<rect width="96" height="96" rx="28" fill="{brand.primary_colour}"/>'
        '<text x="48" y="66" font-family="Inter,system-ui,sans-serif" font-weight="700" font-size="52" fill="#fff" '
        f'text-anchor="middle">{html.escape(name[:1])}</text></svg>'
    ).encode()
