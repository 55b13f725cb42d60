"""How sure we are of who speaks, by the channel that they speak through."""

from enum import StrEnum


class Assurance(StrEnum):
    """What a call stands on. Someone signed in to the app or the portal themselves has `FULL`."""

    LINKED = "linked"  # a chat identity that its owner linked from the app
    STEPPED_UP = "stepped_up"  # the same, confirmed a moment ago in the app or by a code
    AGENT = "agent"  # one of the tenant's own people, by a chat identity that they linked
    FULL = "full"  # a session of one's own
