"""How fast a render is, and what it takes: `python tests/benchmarks/render.py`.

Every renderer and every server is a process of its own, so that nobody's work is counted with another's: this program
starts itself with the name of a part. Decoding is left out throughout. Where time is shortened, seconds are those of
the service.
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

REPOSITORY = Path(__file__).parents[2]
sys.path.insert(0, str(REPOSITORY))

MEGABYTE = 1 << 20
ADDRESS = "http://127.0.0.1:{}/api/v1"


def say(name: str, value: float, most: float, detail: str = "") -> None:
    verdict = "ok" if value <= most else "OVER"
    print(f"{verdict:<5}{name:<52}{value:9.2f}   at most {most:g}   {detail}", flush=True)


def main() -> None:
    parts: dict[str, Callable[..., None]] = {"sandbox": sandbox, "stream": stream, "renderer": renderer}
    if sys.argv[1:]:
        parts[sys.argv[1]](*sys.argv[2:])
        return
    for measure in (pace, thousand, overhead, download, rerun):
        with tempfile.TemporaryDirectory() as name:
            measure(Path(name))


# What is measured.


def pace(folder: Path) -> None:
    """200 clips, with the limits kept, against the least that they and the renders take."""
    limits, seconds, speed = _service("limits"), 120.0, 10.0
    for clips, jobs in ((200, 200), (24, _service("run")["jobs"])):
        at_once = min(jobs, limits["queue_calls"])
        with _started("sandbox", speed, seconds, True) as server:
            used = _render(_film(folder / str(clips), clips), server.address, speed, jobs, True)
        waits = limits["window_seconds"] if jobs >= clips else seconds
        least = ((clips - 1) // at_once) * waits + seconds
        assert server.told["charges"] == used.saved == clips, server.told
        detail = f"{used.seconds:.0f} s against {least:.0f} s; {server.told['calls']} calls, {server.told['statuses']}"
        say(f"{clips} clips, {jobs} at a time: time against the bound", used.seconds / least, 1.15, detail)


def thousand(folder: Path) -> None:
    """1,000 clips with the service's limits: each charged once and saved, and no answer says that it was too fast."""
    clips, seconds, speed = 1000, 15.0, 20.0
    with _started("sandbox", speed, seconds, True) as server:
        used = _render(_film(folder, clips), server.address, speed, 200, True)
    told = server.told
    detail = f"{told['charges']} charges, {used.saved} saved, answers {told['statuses']}"
    wrong = abs(told["charges"] - clips) + abs(used.saved - clips) + told["statuses"].get("429", 0)
    say("1,000 clips under limits: charges, clips, 429s amiss", wrong, 0, detail)


def overhead(folder: Path) -> None:
    """1,000 clips as fast as they go: processor time and memory."""
    clips, speed = 1000, 150.0
    with _started("sandbox", speed, 30.0, False) as server:
        used = _render(_film(folder, clips), server.address, speed, 200, False)
    assert used.saved == clips, used
    calls = server.told["calls"] / clips
    detail = f"{calls:.1f} calls a clip, {clips / used.seconds * speed:.0f} clips a second"
    say("1,000 clips: processor time a clip, ms", used.processor * 1000 / clips, 15, detail)
    say("1,000 clips: peak memory, MB", used.peak, 250, f"{used.before:.0f} MB before the run")


def download(folder: Path) -> None:
    """What 500 MB need more than one: the clip goes to the disk as it comes."""
    peaks, rates = [], []
    for size in (MEGABYTE, 500 * MEGABYTE):
        film = _film(folder / str(size), 1)
        with _started("stream", size) as server:
            used = _render(film, server.address, 1.0, 1, False)
        assert used.saved == 1, used
        peaks.append(used.peak)
        rates.append(size / MEGABYTE / used.seconds)
        shutil.rmtree(film)
    say("500 MB: peak memory above that of 1 MB, MB", peaks[1] - peaks[0], 20, f"{rates[1]:.0f} MB a second")


def rerun(folder: Path) -> None:
    """10,000 clips that are there: nothing is sent, and the command is soon over."""
    clips = 10_000
    _film(folder, clips)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        address = ADDRESS.format(listener.getsockname()[1])
        _finish(folder, address)
        command = [sys.executable, "-m", "storyboard.cli", "render", "film.sb", "--yes", "--base-url", address]
        kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        environment = kept | {"VENICE_API_KEY": "sk-test", "PYTHONPATH": str(REPOSITORY)}
        start, processor = time.perf_counter(), _of_children()
        done = subprocess.run(command, cwd=folder, env=environment, check=False, capture_output=True, text=True)
        seconds, processor = time.perf_counter() - start, _of_children() - processor
        assert done.returncode == 0, done.stderr[-2000:]
        assert f"Saved: {clips} of {clips} clips" in done.stderr, done.stderr[-2000:]
        try:
            listener.accept()
        except BlockingIOError:
            sent = 0
        else:
            sent = 1
    say("10,000 finished clips: a rerun, s", seconds, 5, f"{processor:.1f} s of it at work; more is a busy machine")
    say("10,000 finished clips: connections to the service", sent, 0)


class ResourceUse(NamedTuple):
    """What a renderer took: seconds of the service, seconds of processor time, MB at the beginning and at most."""

    saved: int
    seconds: float
    processor: float
    before: float
    peak: float


def _render(folder: Path, address: str, speed: float, jobs: int, limited: bool) -> ResourceUse:
    """Render the film of a folder in a process of its own."""
    words = [str(folder), address, str(speed), str(jobs), str(int(limited))]
    done = subprocess.run([sys.executable, __file__, "renderer", *words], check=True, capture_output=True, text=True)
    return ResourceUse(*json.loads(done.stdout))


class Server:
    """A server in a process of its own: its address, and when it has ended what it tells."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.told: dict[str, Any] = {}


@contextmanager
def _started(part: str, *words: object) -> Iterator[Server]:
    """A server of this file for as long as the block lasts."""
    process = subprocess.Popen(
        [sys.executable, __file__, part, *map(str, words)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        server = Server(process.stdout.readline().strip())
        yield server
        told, _ = process.communicate(timeout=30)
        server.told = json.loads(told)
    finally:
        process.kill()
        process.wait()


def _service(section: str) -> dict[str, Any]:
    from storyboard.venice.service import service_facts

    return service_facts(section)


def _film(folder: Path, clips: int) -> Path:
    """A folder with a film of so many clips."""
    from tests.render.run_fixture import write_script

    folder.mkdir(exist_ok=True)
    write_script(folder, clips)
    return folder


def _finish(folder: Path, address: str) -> None:
    """A folder as a run leaves it that has saved every clip, with files of a few bytes."""
    from storyboard.render.files import CLIPS, file_name
    from storyboard.render.jobs import Job
    from storyboard.spend.entry import Entry
    from storyboard.spend.ledger import Ledger
    from storyboard.spend.settings import service_name
    from storyboard.spend.states import State
    from tests.render.run_fixture import clip_jobs

    out = folder / "out" / "film"
    (out / CLIPS).mkdir(parents=True)

    def entry_of(job: Job) -> Entry:
        clip = job.clip
        return Entry(
            id=0,
            fingerprint=clip.fingerprint,
            clip_id=clip.id,
            own=None,
            stem=job.stem,
            state=State.PLANNED,
            model=clip.model,
            seconds=clip.duration,
            aspect=job.aspect,
            usd=clip.estimate.usd,
            request=job.request(),
            refs="[]",
            shots=" ".join(shot.number for shot in clip.shots),
        )

    with Ledger.create(out, service_name(address), time.time) as ledger:
        ledger._connection.execute("PRAGMA synchronous = OFF")  # what is measured comes after
        for job in clip_jobs(folder / "film.sb"):
            entry = ledger.intend(entry_of(job))
            entry = ledger.queue(entry, f"q-{entry.id}", None, number=1)
            entry = ledger.step(ledger.step(entry, State.DONE), State.SAVING)
            name = file_name(job.stem, 1)
            path = out / CLIPS / name
            path.write_bytes(b"clip")
            status = path.stat()
            facts = {"size": status.st_size, "modified": status.st_mtime_ns, "sha256": "0" * 64}
            ledger.save(entry, None, number=1, file=name, **facts)


# Its parts, each a process.


def renderer(folder: str, address: str, speed: str, jobs: str, limited: str) -> None:
    """Render a film and say what that took."""
    from storyboard.render.engine import RunOptions
    from storyboard.render.run import Environment, render
    from storyboard.spend.session import Account, Selection
    from storyboard.venice.secret import Secret
    from tests.render.run_fixture import IMPATIENT, FastClock, accept_any_clip, clip_jobs

    film = clip_jobs(Path(folder) / "film.sb")
    clock = FastClock(float(speed))
    environment = Environment(
        clock=clock,
        timeouts=IMPATIENT._replace(queue=20, json=20),
        verify=accept_any_clip,
        is_limited=bool(int(limited)),
    )
    destination = Account(address, Secret("sk-test"), "the sandbox")
    before, processor, start = _peak(), time.process_time(), clock.now()
    run = render(
        film,
        Path(folder) / "out",
        destination,
        Selection(),
        RunOptions(int(jobs)),
        lambda plan: True,
        lambda event: None,
        environment,
    )
    outcome = asyncio.run(run)
    seconds, processor = clock.now() - start, time.process_time() - processor
    print(json.dumps(ResourceUse(len(outcome.saved), seconds, processor, before, _peak())))


def _peak() -> float:
    """The most memory that this process has had, in MB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (MEGABYTE if sys.platform == "darwin" else 1024)


def _of_children() -> float:
    """Seconds of processor time that ended processes of this one took."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def sandbox(speed: str, render_seconds: str, limited: str) -> None:
    """Serve ready clips until nobody listens any more, then tell what was asked."""
    from storyboard.sandbox.app import SandboxSettings
    from storyboard.sandbox.server import SandboxServer
    from tests.render.run_fixture import FastClock, draw_ready_clip, ready_clip

    ready_clip(5)
    settings = SandboxSettings(render_seconds=float(render_seconds), limited=limited == "True", draw=draw_ready_clip)
    with SandboxServer(settings, FastClock(float(speed)).now) as server:
        statuses: Counter[str] = Counter()
        count = server.sandbox.count_failure

        def counted(status: int) -> None:
            statuses[str(status)] += 1
            count(status)

        server.sandbox.count_failure = counted  # type: ignore[method-assign] # every answer passes here
        print(server.base_url, flush=True)
        sys.stdin.read()
        told = {"charges": server.memory.charges.total(), "calls": len(server.memory.calls), "statuses": statuses}
        print(json.dumps(told))


def stream(size: str) -> None:
    """Take one clip, and hand out so many bytes for it."""
    asyncio.run(_serve(int(size)))


async def _serve(size: int) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        await reader.readexactly(int(length.partition(b":")[2]))
        if b"/video/queue " in head.partition(b"\r\n")[0]:
            body = b'{"queue_id": "q1"}'
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n")
            writer.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        else:
            start = b"\0\0\0\x18ftypisom\0\0\0\0"
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: video/mp4\r\nConnection: close\r\n")
            writer.write(b"Content-Length: %d\r\n\r\n" % size + start)
            left, chunk = size - len(start), bytes(1 << 16)
            while left:
                writer.write(chunk[:left])
                left -= min(left, len(chunk))
                await writer.drain()
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    print(ADDRESS.format(server.sockets[0].getsockname()[1]), flush=True)
    await asyncio.to_thread(sys.stdin.read)
    print("{}")


if __name__ == "__main__":
    main()
