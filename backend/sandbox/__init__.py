"""The outside world in a process of its own: a phone's inbox, a bank's rail, three lenders, a verification bureau.

It keeps what it accepted in PostgreSQL. Where a magic value asks for it, it answers late, fails, repeats itself or
mixes up its webhooks. Nothing of the platform imports it: adapters speak HTTP to it as they would to the real ones.
"""
