"""How testers move a sandbox that runs in another process: the verbs, and the port on which they are taken."""
