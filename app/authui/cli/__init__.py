"""How authui is called: one module per command."""
