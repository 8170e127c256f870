"""authui: see, understand and put in order the credentials of rattler tools."""

__version__ = "0.1.0"
