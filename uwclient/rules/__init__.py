"""Pure decisions, without input or output: time is an argument, everything else a value."""
