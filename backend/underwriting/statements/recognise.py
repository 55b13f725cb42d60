"""Tells statement files apart by how they start, without the libraries that read them."""


def looks_like_ofx(content: bytes) -> bool:
    """Whether `content` starts as an OFX file does."""
    start = content[:2_000].lstrip(b"\xef\xbb\xbf \t\r\n").upper()
    return start.startswith((b"OFXHEADER", b"<OFX")) or b"<?OFX" in start
