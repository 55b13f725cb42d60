"""The WhatsApp bot: a process of its own that speaks to the platform as any other client does, through `shared`."""
