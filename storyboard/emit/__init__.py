"""Clips as the service takes them: request bodies, fingerprints, the manifest."""
