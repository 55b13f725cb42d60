"""What can be done about offers, one verb a file."""
