// The worker: Python and the compiler. Everything that it loads lies beside it.

import { loadPyodide } from "./pyodide/pyodide.mjs";
import { startCompiler } from "./python.js";

const beside = name => new URL(name, import.meta.url);
const ready = startCompiler(
  loadPyodide, beside("./pyodide/").href, load("./compiler.zip"),
  update => postMessage({ update }), progress => postMessage({ progress }),
);
ready.catch(problem => postMessage({ lost: problem.message }));

async function load(name) {
  const answer = await fetch(beside(name));
  if (!answer.ok) throw new Error(answer.statusText);
  return answer.arrayBuffer();
}

const answers = {
  open(film, { files, heads, pictures }) {
    film.open(JSON.stringify(files), JSON.stringify(heads));
    for (const [path, { url, facts }] of Object.entries(pictures)) film.keep_picture(path, url, JSON.stringify(facts));
  },
  picture: (film, { path, url, facts }) => film.keep_picture(path, url, JSON.stringify(facts)),
  lsp: (film, { message }) => film.handle(message),
};

addEventListener("message", async ({ data: { number, name, body } }) => {
  try {
    const answer = await answers[name](await ready, body);
    postMessage({ number, answer });
  } catch (problem) {
    postMessage({ number, problem: problem.message });
  }
});
