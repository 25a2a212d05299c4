"""Email addresses of players, and who opted out of emails."""
