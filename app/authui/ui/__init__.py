"""How authui looks: the only package that imports textual."""
