"""Messages, what people want to hear of, and the phones that get notices, in SQL."""
