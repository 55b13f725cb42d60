"""The loan engine: pure functions of terms, dates and events. No clock, no session, no I/O."""
