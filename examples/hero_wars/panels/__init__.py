"""What is shown over the game, without drawing it: pop-ups, offers, the market, and lines that come and go."""
