"""The borrower's app: one Flet codebase for the web and for phones. It knows the platform by `shared.client` alone."""
