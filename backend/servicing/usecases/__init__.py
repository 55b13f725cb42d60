"""What servicing does, one verb a file."""
