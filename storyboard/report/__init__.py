"""Reports for people and programs: diagnostics as text, JSON and SARIF, models, prices and statistics.

text, data          diagnostics for people; JSON and SARIF
totals, prices      a film in one line; what its prices rest on
models, other_models, privacy   the models with their figures, and what becomes of what they are sent
comparison, stats   the film on every model; the film in figures
"""
