"""A conversation: one persisted state, advanced by pure steps `(state, inbound) -> turn` that say what they must know."""
