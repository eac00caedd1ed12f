"use strict";

// Commands of the palette: each asks the server and shows what it answers.

const { commands, EventEmitter, Location, Position, ProgressLocation, Range, Uri, window, workspace } = require("vscode");

const SCHEME = "storyboard-text";
const TEXTS = { plan: "Plan", stats: "Statistics" };

/** Register every command. `server` gives the client of the running server, or undefined. */
exports.registerCommands = function registerCommands(context, server) {
  const texts = new Map();
  const changed = new EventEmitter();
  context.subscriptions.push(
    workspace.registerTextDocumentContentProvider(SCHEME, {
      onDidChange: changed.event,
      provideTextDocumentContent: uri => texts.get(uri.toString()) ?? "",
    }),
    ...Object.entries(TEXTS).map(([name, title]) =>
      commands.registerCommand(`storyboard.${name}`, () =>
        onScript(server, async (client, script) => {
          const { text } = await run(client, name, title, script);
          const uri = Uri.from({ scheme: SCHEME, path: `/${title} of ${baseName(script).replace(/\.sb$/, "")}.txt` });
          texts.set(uri.toString(), `${text}\n`);
          changed.fire(uri);
          await window.showTextDocument(await workspace.openTextDocument(uri), { preview: true });
        }),
      ),
    ),
    commands.registerCommand("storyboard.animatic", () =>
      onScript(server, async (client, script) => {
        const { text, exitCode } = await run(client, "animatic", "Animatic", script);
        if (exitCode) await window.showErrorMessage(text);
      }),
    ),
    commands.registerCommand("storyboard.clips", () =>
      onScript(server, async (client, script, editor) => {
        const at = editor.selection.active;
        const found = await ask(client, "sbc.clips", script.toString(), { line: at.line, character: at.character });
        window.setStatusBarMessage(found.text, 10000);
        const places = found.clips.map(({ location: { uri, range: { start, end } } }) =>
          new Location(Uri.parse(uri), new Range(start.line, start.character, end.line, end.character)));
        await commands.executeCommand("editor.action.showReferences", script, new Position(at.line, at.character), places);
      }),
    ),
  );
};

/** Do something with the script of the active editor, and show what the server refuses. */
async function onScript(server, action) {
  const editor = window.activeTextEditor;
  const client = server();
  if (!client || editor?.document.languageId !== "storyboard") {
    await window.showWarningMessage("Open a .sb script first.");
    return;
  }
  try {
    await action(client, editor.document.uri, editor);
  } catch (problem) {
    await window.showErrorMessage(problem.message);
  }
}

async function run(client, name, title, script) {
  const document = workspace.textDocuments.find(one => one.uri.toString() === script.toString());
  if (document?.isDirty) await document.save();
  return window.withProgress({ location: ProgressLocation.Window, title: `${title} of ${baseName(script)}` }, () =>
    ask(client, `sbc.${name}`, script.toString()));
}

const ask = (client, command, ...given) =>
  client.sendRequest("workspace/executeCommand", { command, arguments: given });

const baseName = uri => uri.path.split("/").pop();
