"""What the API takes and gives: request and response structs, one module per context."""
