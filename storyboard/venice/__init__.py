"""The service's video calls: the meaning of an answer (pure), and the transport under it (thin)."""
