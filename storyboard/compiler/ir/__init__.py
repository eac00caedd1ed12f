"""The values between the passes: `parsed` (the text), `resolved` (names resolved), `planned` (clips). `keys` are those
that may stand before a colon; `renewal` carries over what an edit of a look leaves as it was."""
