// The worker: Python and the compiler. Everything that it loads lies beside it.

import { loadPyodide } from "./pyodide/pyodide.mjs";

const FOLDER = "/film";
const START = `
from pathlib import Path
from storyboard.studio.playground import Playground
Playground(Path("${FOLDER}"), version, tell)
`;

const ready = start();
ready.catch(problem => postMessage({ lost: problem.message }));

async function start() {
  postMessage({ progress: "loading Python…" });
  const [python, compiler] = await Promise.all([
    loadPyodide({ indexURL: new URL("./pyodide/", import.meta.url).href }),
    fetch(new URL("./compiler.zip", import.meta.url)).then(answer => {
      if (!answer.ok) throw new Error(answer.statusText);
      return answer.arrayBuffer();
    }),
  ]);
  postMessage({ progress: "loading the compiler…" });
  const home = python.runPython("import sys; sys.path[-1]");
  python.unpackArchive(compiler, "zip", { extractDir: home });
  python.FS.mkdir(FOLDER);
  const names = python.toPy({ version: python.FS.readFile(`${home}/VERSION`, { encoding: "utf8" }) });
  names.set("tell", update => postMessage({ update }));
  return python.runPython(START, { globals: names });
}

const answers = {
  open: (film, { files, heads }) => film.open(JSON.stringify(files), JSON.stringify(heads)),
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
