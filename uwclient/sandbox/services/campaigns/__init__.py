"""Campaigns with their content, as live operations edit them in dev, and as they stand in each environment."""
