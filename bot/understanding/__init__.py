"""What a typed message means: words that work everywhere, then a small classifier, then a question."""
