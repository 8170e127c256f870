"""What can be done: blocking, without a screen."""
