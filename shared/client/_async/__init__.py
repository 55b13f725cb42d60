"""The asynchronous client, written by hand; `shared.client._sync` is generated from it."""
