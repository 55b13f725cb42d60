"""The platform's one deployable: bounded contexts over a small kernel, plugged together in `wiring`."""
