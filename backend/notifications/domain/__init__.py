"""The rules of notifications, free of clocks, storage and providers."""
