"""Push notifications: device tokens, notifications and their impressions."""
