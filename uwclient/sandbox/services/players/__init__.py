"""What is known about players, and what they did: attributes, events and regions."""
