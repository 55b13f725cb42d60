"""The rules of onboarding, pure: no clock, no session, no I/O."""
