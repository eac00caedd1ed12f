// The board in VS Code: the same page as `sbc watch --board` shows, fed by messages instead of a stream. Its pictures and
// takes are asked for by name when they come near the screen, and kept.

import { addShotButton, listenToShotButtons, shotButton } from "../../../storyboard/studio/web/src/shot_menu.js";
import { Board } from "../../../storyboard/watch/page/board.js";

const editor = acquireVsCodeApi();
const root = document.getElementById("board");
const board = new Board(root, document.scrollingElement, "main", part => { if (part.matches(".panel")) addShotButton(part); });
const files = new Map(); // the addresses of pictures and takes, by name
const asked = new Set();
let current = ""; // the shot of the line that is written
let isFocused = false; // whether its button gets the focus as soon as its panel is there

const near = new IntersectionObserver(entries => {
  for (const { isIntersecting, target } of entries) if (isIntersecting) want(target.dataset.kind, target.dataset.file);
}, { rootMargin: "800px" });

addEventListener("message", ({ data }) => {
  if (data.kind === "update") apply(data.update);
  else if (data.kind === "show") show(data.shot, data.isFocused);
  else {
    files.set(data.name, data.url);
    for (const one of root.querySelectorAll(`[data-file="${CSS.escape(data.name)}"]`)) fill(one);
  }
});

root.addEventListener("click", event => {
  const panel = event.target.closest(".panel");
  if (panel && !event.target.closest("a, button, video, summary")) editor.postMessage({ kind: "shot", shot: panel.id.replace("shot-", "") });
});

function apply(update) {
  for (const piece of Object.values(update.new)) piece.html = named(piece.html);
  board.apply(update);
  mark();
  for (const one of root.querySelectorAll("[data-file]")) fill(one);
}

/** HTML whose pictures and takes are named, and not asked of a server. */
function named(html) {
  return html
    .replace(/ poster="\/pictures\/[^"]*"/g, "")
    .replace(/ src="\/pictures\/([^"#]+)"/g, ' data-kind="picture" data-file="$1"')
    .replace(/ src="\/takes\/([^"#]+)(#[^"]*)?"/g, ' data-kind="take" data-file="$1" data-part="$2"');
}

function fill(element) {
  const url = files.get(element.dataset.file);
  if (!url) near.observe(element);
  else {
    near.unobserve(element);
    element.src = url + (element.dataset.part ?? "");
  }
}

function want(kind, name) {
  if (asked.has(name)) return;
  asked.add(name);
  editor.postMessage({ kind, name });
}

function show(shot, takesFocus = false) {
  current = shot;
  isFocused = takesFocus;
  mark()?.scrollIntoView({ block: "nearest" });
}

function mark() {
  const panel = document.getElementById(`shot-${current}`);
  for (const one of root.querySelectorAll(".panel.current")) if (one !== panel) one.classList.remove("current");
  panel?.classList.add("current");
  if (isFocused) shotButton(current)?.focus();
  return panel;
}

// The board may follow the text before or after its shot is shown: until the person goes on.
for (const kind of ["keydown", "pointerdown"]) addEventListener(kind, () => { isFocused = false; }, true);
listenToShotButtons(root, (shot, action) => editor.postMessage({ kind: "edit", shot, action }));

editor.postMessage({ kind: "ready" });
