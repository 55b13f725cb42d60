"""The limits of WhatsApp's Cloud API: what is longer is refused by Meta, so it is refused here first.

Counted in Unicode code points. Source: Meta's Cloud API reference (messages, interactive messages, templates), 2026.
"""

from collections.abc import Iterator

from bot.conversation.views import Copy, Document, Link, Option, Pick, Say, View

TEXT = 4096
BODY = 1024  # of interactive messages, captions and templates
HEADER = FOOTER = 60
BUTTONS = 3
BUTTON_TITLE = 20
BUTTON_PAYLOAD = 256
LINK_TITLE = 20
LIST_OPENER = 20
LIST_ROWS = 10  # over all sections together
ROW_TITLE = 24
ROW_NOTE = 72
ROW_PAYLOAD = 200
FILENAME = 240
TRACKER = 512
TEMPLATE_NAME = 512
TEMPLATE_BUTTON = 25
TEMPLATE_BUTTONS = 10
AUTH_CODE = 15
AUTH_EXPIRY_MIN = (1, 90)
WINDOW_H = 24  # after the person's last message; outside it only approved templates
NONCE_ROOM = 24  # what the engine puts before an option's key

# The contexts of the catalogs whose texts have a limit of their own.
BY_CONTEXT = {
    "bot|button": BUTTON_TITLE,
    "bot|link": LINK_TITLE,
    "bot|opener": LIST_OPENER,
    "bot|row": ROW_TITLE,
    "bot|note": ROW_NOTE,
    "bot|template": BODY,
    "bot|template button": BUTTON_TITLE,  # inside the window it is a button like any other
}


def complaints(view: View) -> Iterator[str]:
    """What of `view` breaks a limit, as sentences with the text that does."""
    match view:
        case Say(options=()) | Copy():
            yield from _over("text", view.text, TEXT)
        case Say():
            yield from _over("body", view.text, BODY)
            yield from _options(view.options, BUTTONS, BUTTON_TITLE, BUTTON_PAYLOAD)
            yield from _alike("title", [option.title for option in view.options])
        case Pick():
            yield from _over("body", view.text, BODY)
            yield from _over("opener", view.opener, LIST_OPENER)
            yield from _options(view.options, LIST_ROWS, ROW_TITLE, ROW_PAYLOAD)
            for option in view.options:
                if option.note:
                    yield from _over("note", option.note, ROW_NOTE)
        case Link():
            yield from _over("body", view.text, BODY)
            yield from _over("link title", view.title, LINK_TITLE)
            if not view.url.startswith(("https://", "http://")):
                yield f"link {view.url!r} is no web address"
        case Document():
            yield from _over("caption", view.text, BODY)
            yield from _over("file name", view.filename, FILENAME)


def _options(options: tuple[Option, ...], most: int, title: int, payload: int) -> Iterator[str]:
    if not 1 <= len(options) <= most:
        yield f"{len(options)} options, allowed are 1 to {most}"
    yield from _alike("key", [option.key for option in options])
    for option in options:
        yield from _over("title", option.title, title)
        yield from _over("key", option.key, payload - NONCE_ROOM)


def _alike(what: str, values: list[str]) -> Iterator[str]:
    if len(set(values)) != len(values):
        yield f"two options with the same {what}: {values}"


def _over(what: str, text: str, limit: int) -> Iterator[str]:
    if not text.strip():
        yield f"{what} is empty"
    if len(text) > limit:
        yield f"{what} has {len(text)} characters, allowed are {limit}: {text!r}"
