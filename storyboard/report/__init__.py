"""Diagnostics as people and programs read them: text for a terminal, JSON, SARIF."""
