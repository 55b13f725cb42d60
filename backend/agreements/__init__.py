"""Agreements: documents, signatures with their evidence, and the right to cancel."""
