"""What the bot says, whatever the channel: flows make views, channels render them."""

from msgspec import Struct


class Option(Struct, frozen=True, kw_only=True):
    """Something to tap. `key` is what the step is told; `go:<flow>` begins a flow from anywhere."""

    key: str
    title: str
    note: str = ""


class Say(Struct, frozen=True, kw_only=True, tag="say"):
    """A text; with up to three options as buttons."""

    text: str
    options: tuple[Option, ...] = ()


class Pick(Struct, frozen=True, kw_only=True, tag="pick"):
    """A text with a list that opens: up to ten options, each with a note."""

    text: str
    opener: str
    options: tuple[Option, ...]


class Link(Struct, frozen=True, kw_only=True, tag="link"):
    """A text with one button that leads to a web address."""

    text: str
    title: str
    url: str


class Copy(Struct, frozen=True, kw_only=True, tag="copy"):
    """Something to copy, such as an account number: alone in its message, so that a long press takes nothing else."""

    text: str


class Document(Struct, frozen=True, kw_only=True, tag="document"):
    """A file that the channel fetches from `url`."""

    text: str
    url: str
    filename: str


View = Say | Pick | Link | Copy | Document
