"""What each stage of the compiler knows: `parsed` (the text), `resolved` (who is meant), `planned` (clips)."""
