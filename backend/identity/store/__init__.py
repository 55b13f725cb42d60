"""Identity's SQL, one module for each aggregate. What leaves here is opened, what enters is sealed."""
