"""What disbursement does: one verb a file."""
