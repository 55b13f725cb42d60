"""What can be done with products and applications, one verb a file."""
