"""What identity does, one verb for each file."""
