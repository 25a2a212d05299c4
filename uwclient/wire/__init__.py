"""The platform over HTTP: the only rooms that speak its protocol."""
