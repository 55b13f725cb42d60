"""What can be done about agreements, one verb a file."""
