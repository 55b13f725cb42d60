"""Money in and out without a rail: state machines as tables, and references that survive being typed by hand."""
