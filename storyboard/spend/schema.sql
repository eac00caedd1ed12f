-- The ledger of one output folder. An entry is one attempt to have a clip or a picture made: at most one charge.

CREATE TABLE about (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

CREATE TABLE entry (
    id           INTEGER PRIMARY KEY,
    fingerprint  TEXT NOT NULL,              -- names what is generated, wherever it stands in the film
    kind         TEXT NOT NULL DEFAULT 'clip', -- clip, picture, sound, transcript or finish (a take)
    clip_id      TEXT NOT NULL,              -- the clip that asked for it, as it was called then; or the picture's name
    own          INTEGER,                    -- among clips of one fingerprint, the one that it is for; null: for all
    stem         TEXT NOT NULL,              -- its file is clips/<stem>_t<number>.mp4, or in pictures/
    number       INTEGER,                    -- which take it is, from 1, once it is charged; null: a finished take
    state        TEXT NOT NULL,
    model        TEXT NOT NULL,              -- as the request spells it
    seconds      INTEGER NOT NULL,
    aspect       TEXT NOT NULL,
    usd          REAL,                       -- what the run expected to pay; null where nobody knows
    basis        TEXT,                       -- who said so, and when
    charged      REAL,                       -- what the service's bill says, once it was read
    request      TEXT NOT NULL,              -- the request as JSON, pictures named and not embedded
    refs         TEXT NOT NULL,              -- which name each tag stands for, as JSON
    shots        TEXT NOT NULL,              -- the shots' numbers, for people
    start_entry  INTEGER REFERENCES entry,   -- the take whose last frame it starts from, or that it finishes
    start_frame  TEXT,                       -- that frame: sha256 of the PNG in frames/
    queue_id     TEXT,                       -- its name at the service and on the bill
    download_url TEXT,                       -- a secret
    answer       BLOB,                       -- the answer to the queue call, as it came, without the key
    answer_status INTEGER,                   -- its HTTP status; with an entry still `intended`: not yet acted on
    withdrawn    INTEGER NOT NULL DEFAULT 0, -- how often its download_url has answered that it is withdrawn
    said         TEXT,                       -- the service's own words, or ours, about how it ended
    file         TEXT,                       -- in clips/ or pictures/
    size         INTEGER,
    modified     INTEGER,                    -- of the file, in nanoseconds, as it was left
    sha256       TEXT,
    UNIQUE (stem, number)
) STRICT;

CREATE INDEX entry_fingerprint ON entry (fingerprint);

-- Everything that happened, in order; `at` is in seconds since 1970, by the clock of the machine.
CREATE TABLE event (
    id    INTEGER PRIMARY KEY,
    entry INTEGER NOT NULL REFERENCES entry,
    state TEXT NOT NULL,
    at    REAL NOT NULL,
    note  TEXT NOT NULL
) STRICT;

CREATE INDEX event_entry ON event (entry);

-- Which take stands in the film: for the first, second … clip of a fingerprint, counted from 0.
CREATE TABLE choice (
    fingerprint TEXT NOT NULL,
    place       INTEGER NOT NULL,
    entry       INTEGER NOT NULL REFERENCES entry,
    PRIMARY KEY (fingerprint, place)
) STRICT;

-- Takes that stand for their clips whatever becomes of the text, and are not paid again.
CREATE TABLE locked (
    entry INTEGER PRIMARY KEY REFERENCES entry
) STRICT;

-- What people remarked about takes.
CREATE TABLE note (
    id    INTEGER PRIMARY KEY,
    entry INTEGER NOT NULL REFERENCES entry,
    at    REAL NOT NULL,
    text  TEXT NOT NULL
) STRICT;

-- Who has rendered here.
CREATE TABLE run (
    id      INTEGER PRIMARY KEY,
    process INTEGER NOT NULL,
    host    TEXT NOT NULL,
    started REAL NOT NULL
) STRICT;
