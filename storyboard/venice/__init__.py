"""The service's video calls: what an answer means (pure), and the wire under it (thin)."""
