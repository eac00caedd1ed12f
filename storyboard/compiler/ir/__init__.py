"""The values between the passes: `parsed` (the text), `resolved` (who is meant), `planned` (clips). `keys` are those
that may stand before a colon; `renewal` carries what an edit of a look leaves as it was."""
