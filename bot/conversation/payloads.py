"""What a button carries: the turn it belongs to and the option's key, so that a tap on an old one is known for stale.

A template's button is tapped days later, so it carries no turn: `go.pay` begins a flow whenever it comes, and knows no
amount. Nor does the answer to how somebody was helped, `rate.<question>.<score>`: the platform knows whether it is
still asked for.
"""

from uuid import UUID

from msgspec.structs import replace

from bot.conversation.views import Option, Pick, Say, View

_DURABLE = "go."
_RATING = "rate."
NOT_NOW = 0


def durable(flow: str) -> str:
    """The payload of a template's button that begins `flow`."""
    return f"{_DURABLE}{flow}"


def rating(question: UUID, score: int) -> str:
    """The payload that answers `question` with a score from 1 to 5, or NOT_NOW."""
    return f"{_RATING}{question}.{score}"


def rating_in(payload: str) -> tuple[UUID, int] | None:
    """The question and the score that a payload answers with, if it is such."""
    question, _, score = payload.removeprefix(_RATING).partition(".")
    if not payload.startswith(_RATING) or score not in {"0", "1", "2", "3", "4", "5"}:
        return None
    try:
        return UUID(question), int(score)
    except ValueError:
        return None


def stamped(view: View, turn: int) -> View:
    """`view` with its options bound to `turn`."""
    if isinstance(view, Say | Pick) and view.options:
        return replace(view, options=tuple(_stamped(option, turn) for option in view.options))
    return view


def _stamped(option: Option, turn: int) -> Option:
    if option.key.startswith((_DURABLE, _RATING)):
        return option
    return replace(option, key=f"{turn:x}.{option.key}")


def option_of(payload: str, turn: int) -> str | None:
    """The key of the option that was tapped, or none where it belongs to another turn than `turn`."""
    if payload.startswith(_DURABLE):
        return f"go:{payload.removeprefix(_DURABLE)}"
    stamp, dot, key = payload.partition(".")
    return key if dot and stamp == f"{turn:x}" else None
