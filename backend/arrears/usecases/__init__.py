"""What arrears does, one verb for each file."""
