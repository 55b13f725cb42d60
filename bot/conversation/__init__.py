"""A conversation: one persisted state, advanced by pure steps that say what they must know."""
