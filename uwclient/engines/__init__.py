"""Live content in a game engine. Each file is the only importer of its engine."""
