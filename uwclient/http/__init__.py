"""The room of all outgoing HTTP: connections, bounds, retries, proxies, authorities, signatures and secrets."""
