"""Player sessions: who plays, in which environment, and in which segments."""
