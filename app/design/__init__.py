"""How the app looks: colours from a tenant's brand, type, spacing, motion, icons."""
