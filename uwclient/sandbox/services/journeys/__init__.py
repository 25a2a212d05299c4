"""Journeys: personal paths of players through content, waits and branches."""
