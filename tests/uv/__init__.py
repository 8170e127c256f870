"""authui's PyPI half beside real uv."""
