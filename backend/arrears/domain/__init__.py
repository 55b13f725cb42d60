"""The rules of arrears, free of clocks, storage and providers."""
