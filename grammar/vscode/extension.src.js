"use strict";

// Starts `sbc lsp` for .sb files; everything else is the language server's work.

const { commands, env, window, workspace } = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");

const SETTING = "Open the Setting";

let client;

// Until the server has started, what the client says of it goes to the output panel only: start() says it better.
class Client extends LanguageClient {
  hasStarted = false;

  error(message, data, show = true) {
    super.error(message, data, this.hasStarted && show);
  }
}

async function start() {
  const command = workspace.getConfiguration("storyboard").get("command", "sbc");
  client = new Client(
    "storyboard",
    "Storyboard",
    { command, args: ["lsp"] },
    { documentSelector: [{ language: "storyboard" }], initializationFailedHandler: () => false },
  );
  try {
    await client.start();
    client.hasStarted = true;
  } catch (problem) {
    client = undefined;
    tellWhatToDo(command);
  }
}

// With a button, VS Code shows the whole of a message; without one it cuts it off.
async function tellWhatToDo(command) {
  const chosen = await window.showWarningMessage(
    `"${command} lsp" did not start. Install it with: pipx install storyboard-compiler, ` +
      "or set storyboard.command to the whole path of sbc. Colours work without it.",
    SETTING,
  );
  if (chosen !== SETTING) return;
  // Where sbc runs elsewhere (WSL, SSH, a container), so does its setting.
  const page = env.remoteName ? "workbench.action.openRemoteSettings" : "workbench.action.openSettings";
  await commands.executeCommand(page, { query: "storyboard.command" });
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
