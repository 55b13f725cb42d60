"""The channels: how each says what came in, and how views are rendered on it."""
