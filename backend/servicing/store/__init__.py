"""Servicing in SQL: loans, credit lines and the closing of business days."""
