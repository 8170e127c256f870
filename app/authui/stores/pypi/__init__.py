"""Where credentials for PyPI indexes are kept, as uv finds them."""
