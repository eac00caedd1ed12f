"use strict";

// Starts `sbc lsp` for .sb files; everything else is the language server's work.

const { commands, env, window, workspace } = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");
const { registerBoard } = require("./board");
const { registerCommands } = require("./commands");
const { serverCommand } = require("./program");
const { makeStatusBar } = require("./status");

const SETTING = "Open the Setting";

let client;

// Until the server has started, what the client says of it goes to the output panel only: start() says it better.
class Client extends LanguageClient {
  hasStarted = false;

  error(message, data, show = true) {
    super.error(message, data, this.hasStarted && show);
  }
}

async function start(listeners) {
  const { command, args } = serverCommand();
  const starting = new Client(
    "storyboard",
    "Storyboard",
    { command, args },
    {
      documentSelector: ["file", "untitled"].map(scheme => ({ scheme, language: "storyboard" })),
      initializationOptions: { summaries: true },
      initializationFailedHandler: () => false,
    },
  );
  try {
    await starting.start();
    starting.hasStarted = true;
    client = starting;
    for (const listen of listeners) listen(client);
  } catch (problem) {
    tellWhatToDo(command);
  }
}

// With a button, VS Code shows the whole of a message; without one it cuts it off.
async function tellWhatToDo(command) {
  const chosen = await window.showWarningMessage(
    `"${command} lsp" did not start. Install it with: pipx install storyboard-compiler, ` +
      "or set storyboard.command to the full path of sbc. Colours work without it.",
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
  const server = () => client;
  const status = makeStatusBar(context);
  const board = registerBoard(context, server);
  registerCommands(context, server);
  const listeners = [
    one => one.onNotification("storyboard/summary", summary => {
      status.show(summary);
      board.refresh(summary.uri);
    }),
  ];
  const restart = async () => {
    await stop();
    await start(listeners);
  };
  context.subscriptions.push(
    commands.registerCommand("storyboard.restart", restart),
    workspace.onDidChangeConfiguration(async change => {
      if (["command", "arguments"].some(name => change.affectsConfiguration(`storyboard.${name}`))) await restart();
    }),
    workspace.onDidGrantWorkspaceTrust(restart),
  );
  await start(listeners);
};

exports.deactivate = stop;
