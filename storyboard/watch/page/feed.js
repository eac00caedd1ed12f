// The feed of the board: one event stream for all tabs of a script, since a browser opens only six to a server. The tab
// that holds the lock reads the stream and hands on what it hears; when it is closed, the next one takes over.

const PAUSE = 1000;  // milliseconds before a stream that broke off is asked for again

/** Call `hear` with every update, and `lose` when the server cannot be reached. `headers` go with each request. */
export function follow(hear, lose, headers = {}) {
  const channel = new BroadcastChannel("feed");
  let leads = false;
  const all = { order: null, pieces: new Map(), status: null };
  channel.onmessage = ({ data }) => {
    if (data.kind === "hello") {
      if (leads && all.order) channel.postMessage({ kind: "update", update: whole(all) });
    } else if (data.kind === "update") hear(data.update);
    else if (data.kind === "lost") lose();
  };
  channel.postMessage({ kind: "hello" });
  const lead = async () => {
    leads = true;
    for (;;) {
      try {
        for await (const update of events("/events", headers)) {
          remember(all, update);
          channel.postMessage({ kind: "update", update });
          hear(update);
        }
      } catch { /* it is asked for again */ }
      channel.postMessage({ kind: "lost" });
      lose();
      await new Promise(done => setTimeout(done, PAUSE));
    }
  };
  // Browsers have locks on this machine's own addresses alone: on a guest's, each tab reads a stream of its own.
  if (navigator.locks) navigator.locks.request("feed", lead);
  else lead();
}

function remember(all, update) {
  const { order, status } = update;
  all.status = status;
  if (!order) return;
  for (const [name, piece] of Object.entries(update.new)) all.pieces.set(name, piece);
  all.order = order;
  const held = new Set(Object.values(order.single));
  for (const [name] of order.scenes) {
    held.add(name);
    for (const panel of all.pieces.get(name).panels) held.add(panel);
  }
  for (const name of [...all.pieces.keys()]) if (!held.has(name)) all.pieces.delete(name);
}

function whole(all) {
  return { order: all.order, status: all.status, new: Object.fromEntries(all.pieces) };
}

/** The events of a stream, each parsed. */
async function* events(address, headers) {
  const answer = await fetch(address, { headers, cache: "no-store" });
  if (!answer.ok) throw new Error(answer.statusText);
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const parts = (text + value).split("\n\n");
    text = parts.pop();
    for (const part of parts) if (part.startsWith("data: ")) yield JSON.parse(part.slice(6));
  }
}
