// Python with the compiler in it: started by the worker in a browser, and by the benchmark in Node.

const FOLDER = "/film";
const START = `
from pathlib import Path
from storyboard.studio.playground import Playground
Playground(Path("${FOLDER}"), version, tell)
`;

/** The film of `storyboard.studio.playground`. `archive` is a promise of the bytes of `compiler.zip`; `tell` gets what
 *  the page is told, `progress` what is going on. */
export async function startCompiler(loadPyodide, indexURL, archive, tell, progress = () => {}) {
  progress("loading Python…");
  const [python, compiler] = await Promise.all([loadPyodide({ indexURL }), archive]);
  progress("loading the compiler…");
  const home = python.runPython("import sys; sys.path[-1]");
  python.unpackArchive(compiler, "zip", { extractDir: home });
  python.FS.mkdir(FOLDER);
  const names = python.toPy({ version: python.FS.readFile(`${home}/VERSION`, { encoding: "utf8" }) });
  names.set("tell", tell);
  return python.runPython(START, { globals: names });
}
