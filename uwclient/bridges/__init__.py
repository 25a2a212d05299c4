"""Bridges: what partners know of people becomes attributes and events of players, which campaigns can target.

`uwclient bridge growsurf|pico|crowdtwist --config bridge.yaml`; see docs/partners.md.
"""
