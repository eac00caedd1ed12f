-- name: about
SELECT key, value FROM about;

-- name: tell_about
INSERT INTO about (key, value) VALUES (:key, :value);

-- name: entries
SELECT entry.*, first.at AS since, last.at AS changed
FROM entry
JOIN (SELECT entry, min(at) AS at FROM event WHERE state = 'intended' GROUP BY entry) AS first ON first.entry = entry.id
JOIN (SELECT entry, at, max(id) FROM event GROUP BY entry) AS last ON last.entry = entry.id
ORDER BY entry.id;

-- name: add
INSERT INTO entry (kind, fingerprint, clip_id, own, stem, state, model, seconds, aspect, usd, basis, request, refs,
                   shots, start_entry, start_frame)
VALUES (:kind, :fingerprint, :clip_id, :own, :stem, :state, :model, :seconds, :aspect, :usd, :basis, :request, :refs,
        :shots, :start_entry, :start_frame);

-- name: step
UPDATE entry
SET state = :state, number = :number, queue_id = :queue_id, download_url = :download_url, answer = :answer,
    said = :said, file = :file, size = :size, modified = :modified, sha256 = :sha256
WHERE id = :id AND state = :before;

-- name: keep_answer
UPDATE entry SET answer = :answer, answer_status = :answer_status WHERE id = :id AND state = 'intended';

-- name: count_withdrawn
UPDATE entry SET withdrawn = withdrawn + 1 WHERE id = :id;

-- name: retell_about
UPDATE about SET value = :value WHERE key = :key;

-- name: record
INSERT INTO event (entry, state, at, note) VALUES (:entry, :state, :at, :note);

-- name: history
SELECT state, at, note FROM event WHERE entry = :entry ORDER BY id;

-- name: last_number
SELECT coalesce(max(number), 0) FROM entry WHERE stem = :stem;

-- name: choices
SELECT fingerprint, place, entry FROM choice;

-- name: choose
INSERT INTO choice (fingerprint, place, entry) VALUES (:fingerprint, :place, :entry)
ON CONFLICT (fingerprint, place) DO UPDATE SET entry = excluded.entry;

-- name: locked
SELECT entry FROM locked;

-- name: lock
INSERT INTO locked (entry) VALUES (:entry) ON CONFLICT DO NOTHING;

-- name: unlock
DELETE FROM locked WHERE entry = :entry;

-- name: notes
SELECT entry, at, text FROM note ORDER BY id;

-- name: note
INSERT INTO note (entry, at, text) VALUES (:entry, :at, :text);

-- name: bill
UPDATE entry SET charged = :charged WHERE id = :id;

-- name: begin_run
INSERT INTO run (process, host, started) VALUES (:process, :host, :started);

-- name: last_run
SELECT process, host, started FROM run ORDER BY id DESC LIMIT 1;
