"use strict";

// The storyboard beside the text: a view that follows each keystroke. The language server draws it; no port is opened.

const fs = require("fs");
const path = require("path");
const { commands, Range, Selection, TextEditorRevealType, Uri, ViewColumn, window, workspace } = require("vscode");

const PAUSE = 60; // milliseconds of rest after which the view asks for what is new

/** Register the command. `server` gives the client of the running server, or undefined. */
exports.registerBoard = function registerBoard(context, server) {
  const views = new Map(); // by the script's URI

  context.subscriptions.push(
    commands.registerCommand("storyboard.board", async () => {
      const document = window.activeTextEditor?.document;
      if (!server() || document?.languageId !== "storyboard") {
        await window.showWarningMessage("Open a .sb script first.");
        return;
      }
      const uri = document.uri.toString();
      const known = views.get(uri);
      if (known) known.panel.reveal();
      else open(document.uri);
    }),
    workspace.onDidChangeTextDocument(({ document }) => {
      if (document.languageId === "storyboard") for (const view of views.values()) view.soon();
    }),
    window.onDidChangeTextEditorSelection(({ textEditor, kind }) => {
      if (kind !== undefined && textEditor.document.languageId === "storyboard") follow(textEditor);
    }),
  );

  function open(script) {
    const uri = script.toString();
    const folder = workspace.getWorkspaceFolder(script)?.uri ?? Uri.joinPath(script, "..");
    const media = Uri.joinPath(context.extensionUri, "media");
    const panel = window.createWebviewPanel("storyboard.board", `${path.basename(script.path)}: storyboard`,
      { viewColumn: ViewColumn.Beside, preserveFocus: true },
      { enableScripts: true, retainContextWhenHidden: true, localResourceRoots: [media, folder] });
    let timer;
    let asking = Promise.resolve();
    const view = {
      panel,
      soon() {
        clearTimeout(timer);
        timer = setTimeout(() => view.update(false), PAUSE);
      },
      update(isNew) {
        asking = asking.then(async () => {
          const update = await server()?.sendRequest("storyboard/board", { uri, isNew });
          if (update) await panel.webview.postMessage({ kind: "update", update });
        }).catch(() => {});
      },
    };
    views.set(uri, view);
    panel.onDidDispose(() => {
      clearTimeout(timer);
      views.delete(uri);
    });
    panel.webview.onDidReceiveMessage(async message => {
      if (message.kind === "ready") view.update(true);
      else if (message.kind === "picture") await sendPicture(panel, uri, message.name);
      else if (message.kind === "take") await sendTake(panel, uri, message.name);
      else if (message.kind === "shot") await goTo(uri, message.shot);
      else if (message.kind === "edit") await change(view, uri, message).catch(problem => window.showErrorMessage(problem.message));
    });
    panel.webview.html = page(panel.webview, media);
  }

  async function sendPicture(panel, uri, name) {
    const found = await server()?.sendRequest("storyboard/picture", { uri, name });
    if (found) await panel.webview.postMessage({ kind: "picture", name, url: `data:image/webp;base64,${found.data}` });
  }

  async function sendTake(panel, uri, name) {
    const found = await server()?.sendRequest("storyboard/take", { uri, name });
    if (found) await panel.webview.postMessage({ kind: "take", name, url: String(panel.webview.asWebviewUri(Uri.file(found.path))) });
  }

  /** Change the text from a panel, as one step that can be undone. Whoever works on the board stays there; a new shot is
   *  written in the text. */
  async function change(view, uri, { shot, action }) {
    const client = server();
    if (!client) return;
    const isNote = action === "note";
    const words = isNote && await window.showInputBox({ title: `Note on shot ${shot}`, prompt: "It is a TODO in the script below the shot, until you delete it." });
    if (isNote && !words?.trim()) return;
    const { edit, line } = await client.sendRequest(isNote ? "storyboard/noteShot" : "storyboard/editShot", { uri, shot, ...(isNote ? { words } : { action }) });
    const changes = await client.protocol2CodeConverter.asWorkspaceEdit(edit);
    if (!await workspace.applyEdit(changes)) throw new Error("The script has changed since. Please try again.");
    const [[target]] = changes.entries();
    if (action === "insert") await show(target, line);
    else if (action !== "remove") {
      const found = await client.sendRequest("storyboard/shotAt", { uri: target.toString(), position: { line, character: 0 } });
      if (found) await view.panel.webview.postMessage({ kind: "show", shot: found.shot, isFocused: true });
    }
  }

  async function goTo(uri, shot) {
    const place = await server()?.sendRequest("storyboard/shot", { uri, shot });
    if (place) await show(Uri.parse(place.uri), place.range.start.line);
  }

  async function show(target, line) {
    const shown = window.visibleTextEditors.find(one => one.document.uri.toString() === target.toString());
    const editor = await window.showTextDocument(await workspace.openTextDocument(target), { viewColumn: shown?.viewColumn ?? ViewColumn.One });
    const at = new Range(line, 0, line, 0);
    editor.selection = new Selection(at.start, at.start);
    editor.revealRange(at, TextEditorRevealType.InCenterIfOutsideViewport);
  }

  async function follow(editor) {
    const uri = editor.document.uri.toString();
    const view = views.get(uri);
    if (!view?.panel.visible) return;
    const { line, character } = editor.selection.active;
    const found = await server()?.sendRequest("storyboard/shotAt", { uri, position: { line, character } });
    if (found) await view.panel.webview.postMessage({ kind: "show", shot: found.shot });
  }

  return {
    /** Something of a script has changed that is not its text: takes, pictures, an included file. */
    refresh(uri) {
      views.get(uri)?.soon();
    },
  };
};

function page(webview, media) {
  const file = name => webview.asWebviewUri(Uri.joinPath(media, name));
  const policy = `default-src 'none'; script-src ${webview.cspSource}; style-src ${webview.cspSource}; ` +
    `img-src data: ${webview.cspSource}; media-src ${webview.cspSource}; require-trusted-types-for 'script'; trusted-types board;`;
  return fs.readFileSync(path.join(media.fsPath, "board.html"), "utf8")
    .replaceAll("{policy}", policy).replaceAll("{style}", String(file("board.css"))).replaceAll("{script}", String(file("board.js")));
}
