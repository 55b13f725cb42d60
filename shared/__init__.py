"""What every channel speaks: money, errors, request and response structs, events, and the SDK."""
