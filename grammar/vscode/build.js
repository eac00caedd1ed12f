"use strict";

// Puts together what the extension is packed of: its program, the view of the board, and copies of what the repository
// has elsewhere.

const fs = require("fs");
const path = require("path");
const esbuild = require("esbuild");

const ROOT = path.join(__dirname, "..", "..");
const BOARD = ["storyboard/board/board.css", "storyboard/watch/page/live.css", "storyboard/studio/page/shot_menu.css", "grammar/vscode/view/board.css"];

for (const folder of ["syntaxes", "media"]) fs.mkdirSync(path.join(__dirname, folder), { recursive: true });
const to = (...parts) => path.join(__dirname, ...parts);
fs.copyFileSync(path.join(ROOT, "grammar", "storyboard.tmLanguage.json"), to("syntaxes", "storyboard.tmLanguage.json"));
fs.copyFileSync(path.join(ROOT, "examples", "08-the-lantern-keeper", "board.png"), to("media", "walkthrough-board.png"));
fs.copyFileSync(to("view", "board.html"), to("media", "board.html"));
fs.writeFileSync(to("media", "board.css"), BOARD.map(file => fs.readFileSync(path.join(ROOT, file), "utf8")).join("\n"));
esbuild.buildSync({
  entryPoints: [to("src", "extension.js")], outfile: to("extension.js"),
  bundle: true, minify: true, platform: "node", external: ["vscode"],
});
esbuild.buildSync({
  entryPoints: [to("view", "board.js")], outfile: to("media", "board.js"), bundle: true, minify: true, format: "esm",
});
