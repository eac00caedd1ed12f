"""What is fuzzed. A target takes a source of chance and a scratch folder and does one round; whatever it raises is a
defect, and so is what takes too long.
"""

from __future__ import annotations

import json
import random
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import cache
from pathlib import Path

from lsprotocol import types
from PIL import Image

from storyboard.catalog import shipped_catalog
from storyboard.compiler.emit import build_manifest
from storyboard.compiler.emit.manifest import read_manifest, to_json
from storyboard.compiler.fixing import apply_edits, safe_edits
from storyboard.compiler.images import ImageStore
from storyboard.compiler.loader import Unreadable
from storyboard.compiler.pipeline import CompilerCache, analyze_text
from storyboard.compiler.text import Source
from storyboard.export import ExportRequest
from storyboard.export.fcpxml import write_fcpxml
from storyboard.export.screenplay import write_fdx, write_fountain
from storyboard.export.shotlist import write_csv
from storyboard.export.subtitles import write_subrip
from storyboard.format import Unformatted, format_script
from storyboard.make.takes import known_digests
from storyboard.project.file import read_project
from storyboard.project.models_file import read_models
from storyboard.project.toml_file import TomlFile
from storyboard.render.files import find_put, rejected_files
from storyboard.render.takes import chosen_takes
from storyboard.report.stats import count_film, write_stats
from storyboard.report.text import write_report
from storyboard.screenplay.files import open_screenplay
from storyboard.screenplay.importer import import_screenplay
from storyboard.screenplay.script import Unimportable
from storyboard.spend import answers, media_answers
from storyboard.spend.entry import Entry
from storyboard.spend.ledger import Ledger, LedgerUnusable
from storyboard.spend.states import State
from storyboard.venice.history import read_history
from storyboard.venice.model_list import ModelListUnavailable, read_model_list
from storyboard.venice.pictures import read_picture_answer
from storyboard.venice.protocol import Answer, read_balance, read_notices, read_queue, read_quote, read_retrieve
from tests.fuzz.mutation import Mutator, changed_bytes, changed_json, corpus, scripts
from tests.growth.work import Editor

Target = Callable[[random.Random, Path], None]


@cache
def _texts() -> list[str]:
    return scripts()


def script(chance: random.Random, folder: Path) -> None:
    """A script through every command that reads one; an edit of it in the cache is as if it were read anew."""
    mutator = Mutator(chance, _texts())
    text = mutator.text()
    memory = CompilerCache()
    analysis = analyze_text(text, memory=memory)
    list(write_report(analysis.diagnostics, {source.path: source for source in analysis.sources}))
    list(write_stats(count_film(analysis.film, analysis.clips, len)))
    if not analysis.has_errors:
        to_json(build_manifest(analysis))
    _, edits = safe_edits(analysis.diagnostics)
    analyze_text(apply_edits(text, edits.get(analysis.path, ())))
    order = ExportRequest(analysis)
    for write in (write_fountain, write_fdx, write_csv, write_subrip, write_fcpxml):
        write(order)
    _format(text)
    after = mutator.changed(text)
    assert analyze_text(after, memory=memory).diagnostics == analyze_text(after).diagnostics, "the cache differs"


def _format(text: str) -> None:
    text = text.removeprefix("\ufeff")
    try:
        once = format_script(text, analyze_text)
    except Unformatted as problem:
        if not problem.findings:
            raise
        return
    assert format_script(once, analyze_text) == once, "formatting twice is not formatting once"


@cache
def _screenplays() -> list[str]:
    found = corpus(
        "tests/screenplay/cases/**/*.fountain", "tests/screenplay/**/*.fountain", "tests/screenplay/cases.toml"
    )
    return [*found, "Title: x\n\nINT. HOUSE - DAY\n\nShe waits.\n\nMIRA\n(low)\nI never left. [[note]]\n\nCUT TO:\n"]


def screenplay(chance: random.Random, folder: Path) -> None:
    """A screenplay is imported, and what is written checks without an error."""
    text = Mutator(chance, _screenplays()).text()
    file = folder / "film.fountain"
    file.write_bytes(text.encode("utf-8", "replace"))
    model = shipped_catalog().find("kling-o3-pro")
    assert model is not None
    try:
        opened = open_screenplay(file)
        written = opened.script if opened.script is not None else import_screenplay(opened.screenplay, model).text
    except (Unreadable, Unimportable):
        return
    found = [one for one in analyze_text(written).diagnostics if one.severity.value == "error"]
    assert opened.script is not None or not {one.code for one in found} - {"SB301", "SB401", "SB312"}, found[0]


_FDX = (
    '<?xml version="1.0"?><FinalDraft DocumentType="Script"><Content><Paragraph Type="Scene Heading"><Text>INT. A - DAY</Text>'
    '</Paragraph><Paragraph Type="Character"><Text>MIRA</Text></Paragraph><Paragraph Type="Dialogue"><Text>No.</Text></Paragraph>'
    "</Content></FinalDraft>"
)


def final_draft(chance: random.Random, folder: Path) -> None:
    """A damaged Final Draft file."""
    order = ExportRequest(analyze_text(chance.choice(_texts())))
    data = chance.choice((_FDX.encode(), write_fdx(order).data))
    file = folder / "film.fdx"
    file.write_bytes(changed_bytes(chance, data))
    model = shipped_catalog().find("kling-o3-pro")
    assert model is not None
    try:
        opened = open_screenplay(file)
        if opened.script is None:
            import_screenplay(opened.screenplay, model)
    except (Unreadable, Unimportable):
        return


_METHODS = (
    types.TEXT_DOCUMENT_HOVER, types.TEXT_DOCUMENT_COMPLETION, types.TEXT_DOCUMENT_DEFINITION,
    types.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT, types.TEXT_DOCUMENT_DOCUMENT_SYMBOL, types.TEXT_DOCUMENT_FOLDING_RANGE,
    types.TEXT_DOCUMENT_DOCUMENT_LINK, types.TEXT_DOCUMENT_INLAY_HINT, types.TEXT_DOCUMENT_FORMATTING,
)  # fmt: skip


def editor(chance: random.Random, folder: Path) -> None:
    """A file that is typed in, and every request about it."""
    mutator = Mutator(chance, _texts())
    session = Editor(mutator.text())
    for _ in range(3):
        session.publish()
        for method in _METHODS:
            session.ask(method)
        session.ask(types.TEXT_DOCUMENT_RENAME, new_name=chance.choice(("Zed", "a/b", "", "@", "Old Tom", "中")))
        session.ask(types.TEXT_DOCUMENT_REFERENCES, context=types.ReferenceContext(chance.random() < 0.5))
        session.ask(types.TEXT_DOCUMENT_CODE_ACTION, context=types.CodeActionContext([]))
        first, last = chance.randrange(40), chance.randrange(40)
        span = types.Range(
            types.Position(first, chance.randrange(60)), types.Position(max(first, last), chance.randrange(60))
        )
        change = types.TextDocumentContentChangePartial(span, mutator.changed(chance.choice(("", "a", "@Ada\n"))))
        session.document.change([change], None)
        session.files.changed(session.document.path)


_REQUEST = '{"model": "m", "prompt": "p"}'
_ENTRY = Entry(0, "sha256:a", "s01c01", 1, "s01c01", State.PLANNED, "m", 5, "16:9", 1.0, _REQUEST, "[]", "[]")
_VALUES = (
    "",
    "\0",
    "../../etc/passwd",
    "[" * 20_000,
    "{}",
    "null",
    "1e999",
    -1,
    2**62,
    0.5,
    float("inf"),
    None,
    b"\xff",
    "\U000e0001",
)


def ledger(chance: random.Random, folder: Path) -> None:
    """A ledger that somebody has changed: in its bytes, or in a field of its tables."""
    out = folder / f"out-{chance.random()}"
    out.mkdir()
    with Ledger.create(out, "https://example.com", lambda: 1.0) as made:
        entry = made.intend(replace(_ENTRY))
        made.queue(entry, "q1", None, number=1)
    file = next(out.glob("*.db"))
    if chance.random() < 0.5:
        file.write_bytes(changed_bytes(chance, file.read_bytes()))
    else:
        connection = sqlite3.connect(file)
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        table = chance.choice(tables)
        column = chance.choice([row[1] for row in connection.execute(f"PRAGMA table_info({table})")])
        try:
            connection.execute(f"UPDATE {table} SET {column} = ?", (chance.choice(_VALUES),))
            connection.commit()
        except sqlite3.Error:
            connection.rollback()
        connection.close()
    analysis = analyze_text("CHARACTER A\nfront: https://x.org/a.png\n\nSHOT 5s wide\n@A walks.\n")
    try:
        chosen_takes(analysis, out)
        with Ledger.create(out, "https://example.com", lambda: 2.0) as read:
            for one in read.entries():
                read.history(one)
    except LedgerUnusable:
        return


def sidecar(chance: random.Random, folder: Path) -> None:
    """The JSON beside a take, damaged."""
    clips = folder / "clips"
    clips.mkdir(exist_ok=True)
    facts = {
        "take": 1,
        "file": "s01c01_t1.mp4",
        "sha256": "a",
        "queue_id": None,
        "fingerprint": "sha256:a",
        "rejected": "x",
    }
    facts[chance.choice(list(facts))] = chance.choice(
        (None, [], {}, -1, "../x", "\0", 10**400, float("nan"), "a" * 5000)
    )
    data = chance.choice((json.dumps(facts).encode(), b"[" * 50_000, b'{"take":' * 20_000, b"\xff\xfe", b""))
    (clips / "s01c01_t1.json").write_bytes(changed_bytes(chance, data) if chance.random() < 0.5 else data)
    find_put(folder, _ENTRY)
    rejected_files(folder, _ENTRY)


@cache
def _catalogue() -> list[str]:
    return corpus("storyboard/catalog/*-video.toml")


def catalogue(chance: random.Random, folder: Path) -> None:
    """A project's own table of models."""
    file = TomlFile(Source("models.toml", Mutator(chance, _catalogue()).text()))
    read_models(file)


_ANSWERS = (
    b'{"queue_id": "q1", "model": "m"}', b'{"status": "PROCESSING", "average_execution_time": 1.0}', b'{"error": "x"}',
    b'{"quote": 0.5}', b"[" * 50_000, b'{"queue_id": "\\ud800"}', b'{"quote": 1e999}', b'{"download_url": "https://x.org/a"}',
    (b'{"data": [{"currency": "USD", "amount": -0.5, "sku": "a", "timestamp": "2026-11-26T10:00:00Z", '
    b'"inferenceDetails": {"requestId": "r"}}], "pagination": {"nextCursor": "c"}}'),
    b'{"data": [{"id": "m", "type": "video", "model_spec": {"name": "M", "constraints": {"durations": ["5s"]}}}]}',
    b'{"id": "r", "images": ["iVBORw0KGgo="]}', b'{"balances": {"USD": 5.0, "DIEM": 1}}',
)  # fmt: skip


def answer(chance: random.Random, folder: Path) -> None:
    """What the service says, damaged on its way."""
    body = chance.choice(_ANSWERS)
    if body.startswith(b"{") and chance.random() < 0.5:
        with suppress(ValueError):
            body = json.dumps(changed_json(chance, json.loads(body))).encode()
    said = Answer(
        chance.choice((200, 200, 200, 201, 204, 302, 400, 401, 402, 404, 410, 422, 429, 500, 503)),
        {"content-type": chance.choice(("application/json", "video/mp4", "", "text/html"))},
        changed_bytes(chance, body) if chance.random() < 0.5 else body,
    )
    read_queue(said, 1.0)
    read_retrieve(said, 1.0)
    read_quote(said)
    read_balance(said)
    read_notices(said, "m")
    read_history(said)
    read_picture_answer(said, 1.0)
    with suppress(ModelListUnavailable):
        read_model_list(said)


def manifest(chance: random.Random, folder: Path) -> None:
    """A manifest that somebody has changed: read, or refused in words."""
    analysis = analyze_text(chance.choice(_texts()))
    if analysis.has_errors:
        return
    text = to_json(build_manifest(analysis))
    assert to_json(read_manifest(text)) == text, "a manifest is read as it was written"
    changed = json.dumps(changed_json(chance, json.loads(text))).encode()
    with suppress(ValueError):
        to_json(read_manifest(changed if chance.random() < 0.6 else changed_bytes(chance, changed)))


def kept_answer(chance: random.Random, folder: Path) -> None:
    """The file beside a ledger with the answer to a paid call, damaged."""
    answers.keep(folder, 0, _ENTRY.fingerprint, answers.KeptAnswer(200, chance.choice(_ANSWERS)))
    media_answers.keep(folder, _ENTRY, Answer(200, {"content-type": "image/png"}, b"x"))
    for file in (folder / answers.ANSWERS).iterdir():
        head, line, body = file.read_bytes().partition(b"\n")
        data = json.dumps(changed_json(chance, json.loads(head))).encode() + line + body
        file.write_bytes(changed_bytes(chance, data) if chance.random() < 0.4 else data)
    answers.find(folder, 0, _ENTRY.fingerprint)
    media_answers.find(folder, _ENTRY)


def picture_sidecar(chance: random.Random, folder: Path) -> None:
    """The JSON beside a take of a picture, damaged."""
    pictures = folder / "pictures"
    pictures.mkdir()
    facts = {"sha256": "a", "placed": ["b", "c"], "take": 1, "prompt": "x"}
    data = json.dumps(changed_json(chance, facts)).encode()
    (pictures / "mira_t1.json").write_bytes(changed_bytes(chance, data) if chance.random() < 0.5 else data)
    known_digests(folder)


def project_file(chance: random.Random, folder: Path) -> None:
    """A project file, damaged, and the script beside it."""
    text = Mutator(
        chance, ['models = "models.toml"\n\n[limits]\nrun = 5\nday = 20.5\ntotal = 100\n', *_catalogue()]
    ).text()
    (folder / "sbc.toml").write_bytes(text.encode("utf-8", "replace"))
    (folder / "models.toml").write_text(chance.choice(_catalogue())[:2000], encoding="utf-8")
    read_project(folder / "film.sb")


def kept_image(chance: random.Random, folder: Path) -> None:
    """What is kept of a picture from run to run, damaged: it is looked at again."""
    script_ = "CHARACTER A\nfront: a.png\n\nSHOT 5s wide\n@A walks.\n"
    Image.new("RGB", (400, 400), "red").save(folder / "a.png")
    store = ImageStore(lambda: folder / "cache")
    whole = analyze_text(script_, folder / "film.sb", memory=CompilerCache(image_store=store))
    for file in (folder / "cache").rglob("*.json"):
        data = json.dumps(changed_json(chance, json.loads(file.read_bytes()))).encode()
        file.write_bytes(changed_bytes(chance, data) if chance.random() < 0.5 else data)
    again = analyze_text(script_, folder / "film.sb", memory=CompilerCache(image_store=store))
    if not again.has_errors:
        to_json(build_manifest(again))
    assert whole.diagnostics


TARGETS: dict[str, Target] = {
    one.__name__: one
    for one in (
        script,
        screenplay,
        final_draft,
        editor,
        ledger,
        sidecar,
        catalogue,
        answer,
        manifest,
        kept_answer,
        picture_sidecar,
        project_file,
        kept_image,
    )
}
