"""Surveys: invites, responses, and the page on which a player answers."""
