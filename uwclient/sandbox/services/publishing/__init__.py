"""Publishing: a short way to write a campaign, share it and run it, with the fields that players are sent."""
