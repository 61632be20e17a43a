"""What several checks work out alike: names, anomalies, codings, control accounts and tax."""
