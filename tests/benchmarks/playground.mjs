// Type in the playground's compiler: `node playground.mjs FOLDER SCRIPT KEYS`. Prints seconds of CPU until the first
// diagnostics, and for each further key until its diagnostics and until its board, as JSON.

import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { startCompiler } from "../../storyboard/studio/web/playground/python.js";

const [folder, scriptFile, keys] = process.argv.slice(2);
const uri = "file:///film/film.sb", text = readFileSync(scriptFile, "utf8");
const cpu = () => { const { user, system } = process.cpuUsage(); return (user + system) / 1e6; };
const rest = milliseconds => new Promise(done => setTimeout(done, milliseconds));

let diagnostics = null, board = null;
const began = cpu();
const { loadPyodide } = await import(pathToFileURL(`${folder}/pyodide/pyodide.mjs`));
const film = await startCompiler(loadPyodide, `${folder}/pyodide/`, new Uint8Array(readFileSync(`${folder}/compiler.zip`)), update => {
  const { order, messages } = JSON.parse(update);
  if (order) board = cpu();
  else if (messages.some(({ lsp }) => lsp?.method === "textDocument/publishDiagnostics")) diagnostics = cpu();
});
const send = async (method, params, id) => film.handle(JSON.stringify({ jsonrpc: "2.0", method, params, ...(id ? { id } : {}) }));

async function told() {
  while (diagnostics === null || board === null) await rest(1);
  return [diagnostics, board];
}

film.open("{}", "{}");
await send("initialize", { processId: null, rootUri: null, capabilities: {} }, 1);
await send("initialized", {});
await send("textDocument/didOpen", { textDocument: { uri, languageId: "storyboard", version: 1, text } });
const first = (await told())[0] - began;

const lines = text.split("\n");
const line = lines.findIndex((words, number) => number > lines.length / 2 && /^@\S+ .*\w{6}/.test(words));
const found = [];
for (let key = 0; key < Number(keys); key++) {
  await rest(30);
  diagnostics = board = null;
  const start = cpu(), place = { line, character: lines[line].length + key };
  await send("textDocument/didChange", { textDocument: { uri, version: key + 2 }, contentChanges: [{ range: { start: place, end: place }, text: "x" }] });
  found.push((await told()).map(at => at - start));
}
console.log(JSON.stringify({ first, keys: found }));
process.exit(0);
