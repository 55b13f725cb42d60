"""What a button carries: the turn it belongs to and the option's key, so that a tap on an old one is known for stale.

A template's button is tapped days later, so it carries no turn: `go.pay` begins a flow whenever it comes, and knows no
amount.
"""

from msgspec.structs import replace

from bot.conversation.views import Option, Pick, Say, View

_DURABLE = "go."


def durable(flow: str) -> str:
    """The payload of a template's button that begins `flow`."""
    return f"{_DURABLE}{flow}"


def stamped(view: View, turn: int) -> View:
    """`view` with its options bound to `turn`."""
    if isinstance(view, Say | Pick) and view.options:
        return replace(view, options=tuple(_stamped(option, turn) for option in view.options))
    return view


def _stamped(option: Option, turn: int) -> Option:
    return replace(option, key=f"{turn:x}.{option.key}")


def option_of(payload: str, turn: int) -> str | None:
    """The key of the option that was tapped, or none where it belongs to another turn than `turn`."""
    if payload.startswith(_DURABLE):
        return f"go:{payload.removeprefix(_DURABLE)}"
    stamp, dot, key = payload.partition(".")
    return key if dot and stamp == f"{turn:x}" else None
