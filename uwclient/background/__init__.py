"""What happens on the background threads: the session, loads and deliveries, and the work they are made of."""
