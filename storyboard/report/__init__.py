"""Reports for people and programs: diagnostics as text, JSON and SARIF, models, prices and statistics."""
