"""From the wish to publish to the outcome: written down, sent, understood, told."""
