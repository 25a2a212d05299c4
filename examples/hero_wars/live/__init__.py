"""Live content in this game: the files to copy into a game of your own, one for each kind of content.

| | |
|---|---|
| `content.py` | puts the others together: start reading here |
| `session.py` | online or offline |
| `balance.py` | remote configs: numbers and colours |
| `events.py` | events that change the rules for a while |
| `messages.py`, `pictures.py` | pop-ups, and the pictures in them |
| `offers.py`, `shop.py` | offers, and buying them; for real money, with a store and a backend |
| `surveys.py` | an invite, the survey, and what came of it |
| `push.py` | push notifications |
| `reports.py` | the way back: what the player does, which is also what sets campaigns off |
| `shapes.py` | what live operations write into content, as dataclasses |

Three habits make live content easy:

* listen to a module's signals for moments (`on_active`, `on_updated`, `on_inactive`);
* read what live operations wrote into dataclasses of your own, whose defaults the game can live with;
* treat it as content, not as code: a text where a number belongs must not stop the game.
"""
