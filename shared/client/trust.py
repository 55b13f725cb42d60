"""The certificates that the client trusts, read once for all clients of a process: reading them is slow."""

import ssl
from functools import cache

import httpx


@cache
def trusted_certificates() -> ssl.SSLContext:
    """What httpx would choose itself: certifi's, or what SSL_CERT_FILE and SSL_CERT_DIR say."""
    return httpx.create_ssl_context()
