"""The operating system: child processes with limits, servers on loopback."""
