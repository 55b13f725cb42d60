"""The ledger publishes nothing by itself: whoever posts a journal publishes what it was posted for."""
