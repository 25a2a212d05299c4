"""The backend of Hero Wars: it hears of purchases by webhooks, verifies receipts, and grants what was paid for, once.

| | |
|---|---|
| `app.py` | the Flask application: webhooks from the platform, receipts and questions from the game |
| `ledger.py` | what was bought and granted, in a database: the part that must not err |
| `store.py` | stands in for an app store: it sells, and signs receipts |
| `process.py` | runs the backend as a process of its own, and starts it again when it dies |

Run it with `uwclient demo --backend`, or alone with `python -m backend` in this folder's parent. A real backend also
knows who is asking: here every game may ask for every player.
"""
