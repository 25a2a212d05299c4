"""Clients of partner platforms, for a game's backend: Pico, CrowdTwist and Shoplive are asked, GrowSurf tells.

Each has a module of its own, such as `uwclient.partners.pico`; `uwclient.partners.testing` stands in for all of them
on this machine. See docs/partners.md.
"""
