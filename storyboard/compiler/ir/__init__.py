"""The values between the passes: `parsed` (the text), `resolved` (who is meant), `planned` (clips)."""
