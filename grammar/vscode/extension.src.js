"use strict";

// Starts `sbc lsp` for .sb files; everything else is the language server's work.

const { commands, window, workspace } = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");

let client;

async function start() {
  const command = workspace.getConfiguration("storyboard").get("command", "sbc");
  client = new LanguageClient(
    "storyboard",
    "Storyboard",
    { command, args: ["lsp"] },
    { documentSelector: [{ language: "storyboard" }] },
  );
  try {
    await client.start();
  } catch (problem) {
    client = undefined;
    window.showWarningMessage(
      `Storyboard: "${command} lsp" did not start. Install it with: pip install "storyboard-compiler[lsp]", ` +
        "or set storyboard.command to its path. Colours work without it.",
    );
  }
}

async function stop() {
  const running = client;
  client = undefined;
  if (running) await running.stop();
}

exports.activate = async function activate(context) {
  context.subscriptions.push(
    commands.registerCommand("storyboard.restart", async () => {
      await stop();
      await start();
    }),
    workspace.onDidChangeConfiguration(async (change) => {
      if (change.affectsConfiguration("storyboard.command")) {
        await stop();
        await start();
      }
    }),
  );
  await start();
};

exports.deactivate = stop;
