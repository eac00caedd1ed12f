// The studio: one script, its storyboard, its problems, its takes and what they cost.

import { Board, clock } from "../../../watch/page/board.js";
import { follow } from "../../../watch/page/feed.js";
import { Refused, ask, headers } from "#api";
import { TITLE as CAST, showCast } from "./cast_room.js";
import { addPictureButtons } from "./cast_pictures.js";
import { TITLE as COMMENTS, countComments, showComments } from "./comments.js";
import { askWhich } from "./conflict.js";
import { byId, element, say as tell } from "./dom.js";
import { ScriptEditor } from "./editor.js";
import { showSums } from "./pay.js";
import { play } from "./player.js";
import { ProblemList } from "./problems.js";
import { hearProduct, showProducts } from "./products.js";
import { showPlan } from "./render_plan.js";
import { hearRun } from "./run_news.js";
import { linkScriptAndBoard, showPane } from "./script_and_board.js";
import { addShotButton, shotOf } from "./shot_menu.js";
import { TITLE as TAKES, showTakes } from "./takes.js";

const AUTOSAVE = "autosave", REST = 2000;  // milliseconds of rest before a save by itself

const see = byId("see");
const board = new Board(byId("board"), see, "div", part => {
  if (part.matches(".panel")) addShotButton(part);
  else addPictureButtons(part);
});
let editor = null, problems = null, saved = null, autosave = 0, conflict = false;

const state = words => { byId("saved").textContent = words; };
const status = ({ kind, words }) => { byId("status").dataset.kind = kind; byId("status").textContent = words; };
const isDirty = () => editor && editor.text !== saved.text;
const safely = work => Promise.resolve().then(work).catch(problem => {
  tell(problem instanceof Refused ? problem.message : `This went wrong: ${problem.message}`);
});
const link = linkScriptAndBoard(see, () => editor, safely);

async function save() {
  if (!editor || conflict) return false;
  const text = editor.text;
  const answer = await ask("save", { text, digest: saved.digest });
  if ("conflict" in answer) { choose(answer.conflict); return false; }
  saved = { text, digest: answer.digest };
  state("saved");
  return true;
}

function choose(there) {
  conflict = true;
  askWhich(() => editor.text, there, text => {
    conflict = false;
    if (there) saved = { text: there.text, digest: there.digest };
    if (text !== editor.text) editor.replace(text);
    state(isDirty() ? "not saved" : "saved");
    editor.view.focus();
  });
}

function hearDisk(there) {
  if (!editor || there?.digest === saved.digest) return;
  if (isDirty() || !there) { choose(there); return; }
  saved = { text: there.text, digest: there.digest };
  editor.replace(there.text);
  saved.text = editor.text;
  state("taken over from another program");
}

function changed() {
  state(isDirty() ? "not saved" : "saved");
  clearTimeout(autosave);
  if (localStorage.getItem(AUTOSAVE) && isDirty()) autosave = setTimeout(() => safely(save), REST);
}

async function goToShot(shot, stays = false) {
  const { line, file } = await ask("line", { shot });
  if (line == null) return tell(file ? `Shot ${shot} stands in ${file.split("/").pop()}` : `There is no shot ${shot}`);
  if (stays) return editor.show(line);
  showPane("script");
  editor.goTo(line);
}

function hear(update) {
  if (update.order) {
    board.apply(update);
    link.mark();
    byId("film").textContent = update.order.title;
    document.title = `${update.order.title} (studio)`;
  }
  status(update.status);
  for (const message of update.messages ?? []) {
    if (message.lsp) editor?.connection.receive(message.lsp);
    if ("disk" in message) hearDisk(message.disk);
    if (message.sums) showSums(message.sums, clock);
    if (message.run) hearRun(message.run, message.free, tell);
    if (message.product) hearProduct(message, tell);
    if (message.takes) showAgain();
    if ("comments" in message) { countComments(message.comments); showAgain(); }
  }
}

/** Show the room that is open as it is now, unless somebody is writing in it. */
function showAgain() {
  const dialog = byId("dialog"), title = dialog.open ? byId("dialog-title").textContent : "";
  const plays = [...dialog.querySelectorAll("video")].some(one => !one.paused);
  if (plays || dialog.querySelector("input:focus, select:focus, details[open]")) return;
  if (title === TAKES) safely(() => showTakes(tell));
  if (title === CAST) safely(cast);
  if (title === COMMENTS) safely(comments);
}

const exported = async () => { if (!isDirty() || await save()) await showProducts(tell); };
const cast = () => showCast(tell, () => editor, async () => !isDirty() || save());

const comments = () => showComments(
  tell, (shot, words) => editor.noteShot(shot, words), shot => safely(() => goToShot(shot)), () => editor.view.focus(),
);

async function begin() {
  follow(hear, () => status({ kind: "gone", words: "the studio has ended; the text here can still be copied" }), headers);
  state("waiting: this film is open in another tab");
  // One tab writes; the next one takes over when it is closed.
  navigator.locks.request("writer", () => new Promise(() => safely(async () => {
    const opened = await ask("open");
    saved = { text: opened.text, digest: opened.digest };
    editor = new ScriptEditor(byId("editor"), opened, {
      changed, moved: link.moved, save: () => safely(save), problems: (uri, found) => { problems.show(uri, found); editor.keepCursorInView(); },
    });
    problems = new ProblemList(byId("problems"), editor);
    saved.text = editor.text;
    byId("problems").hidden = true;
    byId("paid").checked = !opened.sandbox;
    byId("film").textContent = opened.name;
    if (opened.films) byId("film").before(element("a", { href: opened.films }, "Films"));
    state("saved");
    editor.view.focus();
    countComments((await ask("comments")).comments.length);
  })));
}

byId("save").addEventListener("click", () => safely(save));
byId("format").addEventListener("click", () => editor?.format());
byId("play").addEventListener("click", () => safely(async () => {
  const { drafts } = await ask("drafts");
  play(byId("board"), drafts, (shot, stays) => safely(() => goToShot(shot, stays)), () => safely(exported));
}));
byId("comments").addEventListener("click", () => safely(comments));
byId("cast").addEventListener("click", () => safely(cast));
byId("export").addEventListener("click", () => safely(exported));
byId("takes").addEventListener("click", () => safely(() => showTakes(tell)));
byId("plan").addEventListener("click", () => safely(async () => {
  if (isDirty() && !await save()) return;
  await showPlan(tell);
}));
byId("paid").addEventListener("change", event => safely(() => ask("mode", { sandbox: !event.target.checked })));
for (const name of ["script", "board"]) byId(`show-${name}`).addEventListener("click", () => showPane(name));
byId("board").addEventListener("click", event => {
  const panel = event.target.closest(".panel > header, .panel .picture")?.closest(".panel");
  if (panel) safely(() => goToShot(shotOf(panel)));
});
addEventListener("keydown", event => {
  if ((event.ctrlKey || event.metaKey) && event.key === "s" && !event.defaultPrevented) { event.preventDefault(); safely(save); }
});
addEventListener("beforeunload", event => { if (isDirty()) event.preventDefault(); });
document.querySelector(".top nav").append(element("label", {}, element("input", {
  type: "checkbox", checked: Boolean(localStorage.getItem(AUTOSAVE)),
  onchange: event => { event.target.checked ? localStorage.setItem(AUTOSAVE, "on") : localStorage.removeItem(AUTOSAVE); changed(); },
}), " Autosave"));
safely(begin);
