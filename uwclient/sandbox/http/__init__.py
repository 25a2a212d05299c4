"""The HTTP side of the sandbox: server, access, faults, the log of requests, and the shape of replies."""
