"""What a state machine refuses."""

from shared.errors import Conflict


class StateForbids(Conflict):
    code = "state_forbids"
    message = "A {thing} that is {state} does not allow this ({event}). Read it again, then decide."
