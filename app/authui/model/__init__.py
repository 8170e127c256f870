"""What things are: pure, without input or output, clock or environment."""
