"""A local Venice for trying everything: no key, no network, no money."""
