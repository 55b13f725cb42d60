"""Agents in Telegram: a forum topic for each conversation that people have in hand, and what they type in it."""
