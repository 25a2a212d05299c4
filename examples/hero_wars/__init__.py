"""Hero Wars: a small game whose events, offers, messages, configs and surveys change while it runs.

Start reading at `live.py`, the one file that a game of your own would copy. The rest is an ordinary game.
"""

import os

os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
