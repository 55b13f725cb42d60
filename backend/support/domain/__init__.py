"""The rules of support, free of clocks, storage and providers."""
