"""Scheduled content: events, messages, offers, remote configs and surveys."""
