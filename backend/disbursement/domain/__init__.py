"""A disbursement as a state machine."""
