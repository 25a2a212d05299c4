"""Webhooks: what happens on the platform, sent to a studio's backend."""
