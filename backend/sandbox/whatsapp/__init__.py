"""WhatsApp as Meta runs it: phones with chats on one side, the Graph API and signed webhooks on the other.

Kept in memory: a chat of development is gone when the sandbox ends, as a test's is.
"""
