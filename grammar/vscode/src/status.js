"use strict";

// The status bar: running time, clips and price of the script in the active editor.

const { StatusBarAlignment, window } = require("vscode");

/** A bar that `show` tells what a script comes to. */
exports.makeStatusBar = function makeStatusBar(context) {
  const item = window.createStatusBarItem("storyboard.summary", StatusBarAlignment.Right, 100);
  item.name = "Storyboard";
  item.command = "storyboard.plan";
  const summaries = new Map();
  const update = () => {
    const document = window.activeTextEditor?.document;
    const summary = document && summaries.get(document.uri.toString());
    if (!summary) return item.hide();
    item.text = `$(device-camera-video) ${summary.clock} · ${summary.clips} · ${summary.price}`;
    item.tooltip = `${summary.shots}. ${summary.basis ? `Price by ${summary.basis}. ` : ""}Click for the plan.`;
    item.show();
  };
  context.subscriptions.push(item, window.onDidChangeActiveTextEditor(update));
  return {
    show(summary) {
      summaries.set(summary.uri, summary);
      update();
    },
  };
};
