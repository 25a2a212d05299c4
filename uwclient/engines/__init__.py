"""Live content in a game engine. The files that are named after an engine are its only importers."""
