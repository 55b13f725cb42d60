"""Message providers behind the port; constructed in `wiring` only."""
