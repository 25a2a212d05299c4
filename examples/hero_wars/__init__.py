"""Hero Wars: a small game whose events, offers, messages, configs and surveys change while it runs.

Start reading in `live/`: those are the files that a game of your own would copy. The rest is an ordinary game:
`play/` has the rules, `panels/` what is shown over the field, `screen/` everything with pixels.
"""

import os

os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
