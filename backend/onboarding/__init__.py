"""Onboarding: who a person is, what a business is, and whose bank account it is."""
