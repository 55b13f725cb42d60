"""The outside world of the bot's tests; WhatsApp and Telegram are the sandbox's own."""
