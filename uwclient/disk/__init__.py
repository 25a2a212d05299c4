"""What survives the process: the files of one player."""
