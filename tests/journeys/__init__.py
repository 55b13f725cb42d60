"""Whole lives of loans, over HTTP and PostgreSQL, by the client alone."""
