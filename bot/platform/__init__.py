"""The platform as the bot reaches it: its API, in a borrower's name for as long as their message takes."""
