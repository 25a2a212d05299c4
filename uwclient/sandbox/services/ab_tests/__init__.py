"""A/B tests: variants of a campaign or of its content, each shown to a share of the players."""
