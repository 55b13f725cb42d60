"""What a typed message means: words that work everywhere, then a small classifier, then a question."""


def no_guess(text: str, language: object) -> None:
    """Understands nothing but the words and buttons."""
    del text, language
