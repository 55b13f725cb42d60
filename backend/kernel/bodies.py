"""Reads JSON bodies straight into their structs, and strictly: no `"1"` for 1, no 0 for false, no U+0000 in a text."""

import re
from typing import Any, Final

import msgspec
from litestar import Request
from litestar.handlers import BaseRouteHandler

from shared.errors import InvalidInput

_NUL: Final = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
_REFUSAL: Final = re.compile(r"^(?P<what>.*?)(?: - at `(?:key in )?\$\.?(?P<where>.*)`)?$", re.DOTALL)
_NAMED: Final = re.compile(r"^Object (?P<what>missing required|contains unknown) field `(?P<field>[^`]*)`$")

_decoders: dict[BaseRouteHandler, msgspec.json.Decoder[Any]] = {}


class StrictRequest(Request[Any, Any, Any]):
    """A request whose JSON body is read once, into what its handler asks for."""

    async def json(self) -> Any:
        """The body as the handler's `data`. Raises InvalidInput."""
        content = await self.body()
        # It means nothing as text, and neither PostgreSQL nor a document takes it.
        if b"\\u0000" in content and _NUL.search(content):
            raise InvalidInput({"body": "take the character U+0000 out of it"})
        try:
            return _decoder(self.route_handler).decode(content or b"null")
        except msgspec.ValidationError as refusal:
            raise InvalidInput(told(str(refusal))) from refusal
        except msgspec.DecodeError as refusal:
            raise InvalidInput({"body": f"is not JSON: {refusal}"}) from refusal
        except UnicodeDecodeError as refusal:
            raise InvalidInput({"body": "is not UTF-8"}) from refusal


def _decoder(handler: BaseRouteHandler) -> msgspec.json.Decoder[Any]:
    if handler not in _decoders:
        field = handler.parsed_data_field
        _decoders[handler] = msgspec.json.Decoder(field.annotation if field else Any)
    return _decoders[handler]


def told(refusal: str) -> dict[str, str]:
    """A refusal of msgspec's as the field that it is about, and what is wrong with it."""
    parts = _REFUSAL.match(refusal)
    assert parts is not None, "the pattern takes any text"
    what, where = parts["what"], parts["where"] or ""
    if named := _NAMED.match(what):
        place = f"{where}.{named['field']}" if where else named["field"]
        return {place: "is required" if named["what"] == "missing required" else "is not known here"}
    return {where or "body": what}
