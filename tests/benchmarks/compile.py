"""How fast the compiler is, in ratios measured in one run: `python tests/benchmarks/compile.py`.

Cold commands are timed as whole processes, in turn with what they are compared to, by their CPU time.
The bare parse is Lark's own work on the same text, block by block as the compiler hands it over, with the judges that
the grammar leaves some lines to.
"""

from __future__ import annotations

import gc
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

from lark import Lark, Token

sys.path.insert(0, str(Path(__file__).parents[2]))

from storyboard import compile_text
from storyboard.compiler.parse import automaton, grammar, header_line, tables
from storyboard.compiler.pipeline import CompilerCache, analyze_text
from tests.benchmarks.scripts import script_of, script_of_size

ROUNDS = 15


def judged(kind: str) -> Callable[[Token], Token]:
    """A judge of the grammar as Lark calls one."""
    judge = grammar.JUDGES[kind]

    def call(token: Token) -> Token:
        found = judge(automaton.Token(kind, token.value, 0)).kind
        return token if found == kind else Token.new_borrow_pos(found, token.value, token)

    return call


LARK = Lark(
    tables.grammar_text(),
    parser="lalr",
    lexer="contextual",
    start=list(tables.STARTS),
    maybe_placeholders=False,
    lexer_callbacks={kind: judged(kind) for kind in grammar.JUDGES},
)


def cold(name: str, arguments: list[str], baseline: str, most: float, folder: Path) -> None:
    """A command against other work of Python's, both as whole processes, in CPU time: the least of the rounds counts,
    since a busy machine only ever adds to it."""
    ours, theirs = [], []
    for _ in range(ROUNDS):
        ours.append(cpu_seconds([sys.executable, "-m", "storyboard", *arguments], folder))
        theirs.append(cpu_seconds([sys.executable, "-c", baseline], folder))
    say(name, min(ours) / min(theirs), most, f"against `{baseline}`, {min(ours) * 1000:.0f} ms")


def cpu_seconds(command: list[str], folder: Path) -> float:
    """User and system time of a process."""
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def say(name: str, value: float, most: float, detail: str = "") -> None:
    verdict = "ok" if value <= most else "OVER"
    print(f"{verdict:<5}{name:<44}{value:8.2f}   at most {most:g}   {detail}")


def bare_parse(text: str) -> float:
    """Seconds that Lark alone takes for the blocks of a text."""
    found = list(header_line().finditer(text))
    cuts = [0, *(one.start() for one in found), len(text)]
    blocks = [text[start:end] for start, end in pairwise(cuts)]
    gc.collect()
    start = time.perf_counter()
    LARK.parse(blocks[0], start="title_page")
    for block in blocks[1:]:
        LARK.parse(block, start="block")
    return time.perf_counter() - start


def whole_compile(text: str) -> float:
    gc.collect()
    start = time.perf_counter()
    film = compile_text(text)
    seconds = time.perf_counter() - start
    assert film.manifest is not None
    return seconds


def warm() -> None:
    compile_text(script_of(20))
    per_shot = {}
    for shots in (1_000, 10_000):
        text = script_of(shots)
        pairs = [(whole_compile(text), bare_parse(text)) for _ in range(3)]
        say(f"compile of {shots:,} shots", statistics.median(a / b for a, b in pairs), 5, "against the bare Lark parse")
        per_shot[shots] = min(a for a, _ in pairs) / shots
    say("a shot's cost at 10,000 against 1,000", per_shot[10_000] / per_shot[1_000], 1.2)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    say("peak memory at 10,000 shots, MB", peak, 300)


def edit() -> None:
    text = script_of_size(250_000)
    memory = CompilerCache()
    start = time.perf_counter()
    analyze_text(text, memory=memory)
    first = time.perf_counter() - start
    at = text.index("holds up", len(text) // 2)
    again = []
    for number in range(1, 8):
        start = time.perf_counter()
        analyze_text(f"{text[:at]}{'slowly ' * number}{text[at:]}", memory=memory)
        again.append(time.perf_counter() - start)
    say("check after an edit in 250 KB", statistics.median(again) / first, 0.1, "against the first check")


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "film.sb").write_text(script_of_size(30_000), encoding="utf-8")
        cold("cold check of 30 KB", ["check", "film.sb"], "import lark", 1.6, folder)
        compared = "import lark, pydantic, jinja2"
        cold("cold compile of 30 KB", ["compile", "film.sb"], compared, 2, folder)
        cold("the version", ["--version"], "pass", 4, folder)
    warm()
    edit()


if __name__ == "__main__":
    main()
