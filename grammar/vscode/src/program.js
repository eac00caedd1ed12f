"use strict";

// Where sbc is: the setting, else the environment of the folder, the path, and where pipx and uv put programs.

const fs = require("fs");
const os = require("os");
const path = require("path");
const { workspace } = require("vscode");

const DEFAULT = "sbc";
const IS_WINDOWS = process.platform === "win32";
const FILE = IS_WINDOWS ? "sbc.exe" : "sbc";

/** The program and its arguments, from the settings or found. */
exports.serverCommand = function serverCommand() {
  const settings = workspace.getConfiguration("storyboard");
  const chosen = settings.get("command", DEFAULT) || DEFAULT;
  return { command: chosen === DEFAULT ? found() : chosen, args: ["lsp", ...settings.get("arguments", [])] };
};

function found() {
  return places().find(isProgram) ?? DEFAULT;
}

function places() {
  const bin = IS_WINDOWS ? "Scripts" : "bin";
  // A folder that nobody trusts yet may bring a program of its own: that is not started.
  const folders = workspace.isTrusted ? (workspace.workspaceFolders ?? []).map(one => one.uri.fsPath) : [];
  const home = os.homedir();
  return [
    ...folders.flatMap(folder => [".venv", "venv"].map(name => path.join(folder, name, bin, FILE))),
    ...(process.env.PATH ?? "").split(path.delimiter).filter(path.isAbsolute).map(folder => path.join(folder, FILE)),
    path.join(home, ".local", "bin", FILE), // pipx and `uv tool`
    path.join(home, ".local", "share", "pipx", "venvs", "storyboard-compiler", bin, FILE),
    path.join(home, "pipx", "venvs", "storyboard-compiler", bin, FILE),
    path.join(home, ".local", "share", "uv", "tools", "storyboard-compiler", bin, FILE),
    ...(process.env.APPDATA ? [path.join(process.env.APPDATA, "uv", "tools", "storyboard-compiler", bin, FILE)] : []),
  ];
}

function isProgram(file) {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}
