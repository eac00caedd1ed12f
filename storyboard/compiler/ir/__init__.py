"""The values between the passes: `parsed` (the text), `resolved` (names resolved), `planned` (clips)."""
