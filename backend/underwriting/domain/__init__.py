"""Underwriting as pure functions: no clock, no session, no input or output, so that every decision replays."""
