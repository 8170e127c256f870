"""One screen, one module and one style sheet."""
