"""Triggered campaigns as sessions see them: impressions, quotas, and what players triggered."""
