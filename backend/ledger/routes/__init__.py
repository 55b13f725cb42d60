"""The books over HTTP, for those who answer for them."""
