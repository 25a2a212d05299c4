"""Environments: dev, qa and live, each under a key."""
