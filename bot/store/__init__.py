"""The bot's rows in PostgreSQL: the only place of the bot with SQL."""
