"""A local Venice to try everything against: no key, no network, no money."""
