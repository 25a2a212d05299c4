"""The rules and the state of play: no screen, no live content, no clock; the same seed gives the same game."""
