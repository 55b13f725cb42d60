"""The rules of identity, free of clocks, storage and providers."""
