// The compiler in its worker: questions and answers by number, and what it says by itself.

import { scriptAddress } from "./policy.js";

/** The compiler would not do it, or cannot any more; the message says why, for a person. */
export class Refused extends Error {}

const worker = new Worker(scriptAddress("./worker.js"), { type: "module" });
const waiting = new Map();
let last = 0, hear = () => {}, lose = () => {}, lost = null;

worker.addEventListener("message", ({ data }) => {
  if ("update" in data) { hear(JSON.parse(data.update)); return; }
  if ("progress" in data) { hear({ status: { kind: "checking", words: data.progress } }); return; }
  if ("lost" in data) { end(data.lost); return; }
  const { done, fail } = waiting.get(data.number);
  waiting.delete(data.number);
  if ("problem" in data) fail(new Refused(data.problem)); else done(data.answer);
});
worker.addEventListener("error", event => end(event.message ?? "it could not be loaded"));

function end(words) {
  lost = new Refused(`The compiler has stopped (${words}). Your text is kept; reload the page.`);
  for (const { fail } of waiting.values()) fail(lost);
  waiting.clear();
  lose(lost.message);
}

/** Ask the worker; what it answers. `hands` are the parts that are not copied. */
export function askWorker(name, body = {}) {
  if (lost) return Promise.reject(lost);
  return new Promise((done, fail) => {
    waiting.set(++last, { done, fail });
    worker.postMessage({ number: last, name, body });
  });
}

/** Call `onUpdate` with what the compiler says by itself, `onLoss` with why it says nothing any more. */
export function follow(onUpdate, onLoss) {
  hear = onUpdate;
  lose = onLoss;
}
