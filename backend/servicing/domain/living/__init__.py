"""Living loans: a loan is its contract and its ordered events, replayed. Pure functions; no clock, no I/O."""
