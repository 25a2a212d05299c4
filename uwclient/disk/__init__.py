"""The files of the players and of the media cache, which survive the process."""
