"""The pure part: what an agreement states, how it is worded, and when it may be signed or cancelled."""
