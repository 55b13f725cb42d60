"""The rules of compliance, free of clocks, storage and providers."""
