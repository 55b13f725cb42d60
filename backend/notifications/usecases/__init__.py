"""What notifications do, one verb for each file."""
