"""Rails, one file each."""
