"""What support does, one verb for each file."""
