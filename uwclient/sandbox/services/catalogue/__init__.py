"""What content refers to: currencies, items, products, bundles, frameworks, types of messages, translations."""
