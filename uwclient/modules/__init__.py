"""What a game touches: one module for each kind of live content."""
