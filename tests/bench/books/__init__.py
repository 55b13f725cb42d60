"""What the ledger's benchmark is made of."""
