// The studio: one script, its storyboard, its problems, its takes and what they cost.

import { Board, clock } from "../../../watch/page/board.js";
import { follow } from "../../../watch/page/feed.js";
import { Refused, ask, headers } from "#api";
import { TITLE as CAST, showCast } from "./cast_room.js";
import { addPictureButtons } from "./cast_pictures.js";
import { TITLE as COMMENTS, countComments, showComments } from "./comments.js";
import { byId, element, say as tell } from "./dom.js";
import { ScriptEditor } from "./editor.js";
import { FilmFiles } from "./film_files.js";
import { showOutline } from "./folding.js";
import { showSums } from "./pay.js";
import { hearMedia, play } from "./player.js";
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
let files = null, editor = null, problems = null, autosave = 0;

const state = words => { byId("saved").textContent = words; };
const status = ({ kind, words }) => { byId("status").dataset.kind = kind; byId("status").textContent = words; };
const safely = work => Promise.resolve().then(work).catch(problem => {
  tell(problem instanceof Refused ? problem.message : `Something went wrong: ${problem.message}`);
});
// What is done on the board is an edit of the script, which comes to the front.
const link = linkScriptAndBoard(see, () => files?.show(editor.uri), safely);

const save = async () => files ? files.save() : false;
const isDirty = () => files?.isDirty;

function changed() {
  files?.tell();
  clearTimeout(autosave);
  if (localStorage.getItem(AUTOSAVE) && isDirty()) autosave = setTimeout(() => safely(save), REST);
}

async function goToShot(shot, stays = false) {
  const { line, file } = await ask("line", { shot });
  if (line == null) return tell(file ? `Shot ${shot} is in ${file.split("/").pop()}` : `There is no shot ${shot}`);
  if (stays) return editor.show(line);
  files.show(editor.uri);
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
    if ("disk" in message) safely(() => files?.hearDisk(message.path, message.disk));
    if (message.files) safely(() => files?.keep(message.files));
    if (message.sums) showSums(message.sums, clock);
    if (message.run) hearRun(message.run, message.free, tell);
    if (message.product) hearProduct(message, tell);
    if (message.player) hearMedia(message.player);
    if (message.takes) showAgain();
    if ("comments" in message) { countComments(message.comments); showAgain(); }
  }
}

/** Show the room that is open as it is now, unless somebody is writing in it; one that is closed meanwhile stays closed. */
function showAgain() {
  const dialog = byId("dialog"), title = dialog.open ? byId("dialog-title").textContent : "";
  const plays = [...dialog.querySelectorAll("video, audio")].some(one => !one.paused);
  if (plays || dialog.querySelector("input:focus, select:focus, details[open]")) return;
  if (title === TAKES) safely(() => showTakes(tell, true));
  if (title === CAST) safely(() => cast(true));
  if (title === COMMENTS) safely(() => comments(true));
}

const exported = async () => { if (!isDirty() || await save()) await showProducts(tell); };
const cast = isNews => showCast(tell, () => editor, async () => !isDirty() || save(), isNews);

const outline = () => safely(() => files && showOutline(files.current.editor));

const comments = isNews => showComments(
  tell, (shot, words) => editor.noteShot(shot, words), shot => safely(() => goToShot(shot)), () => editor.view.focus(), isNews,
);

async function begin() {
  follow(hear, () => status({ kind: "gone", words: "the studio has ended; the text here can still be copied" }), headers);
  state("waiting: this film is open in another tab");
  // One tab writes; the next one takes over when it is closed.
  navigator.locks.request("writer", () => new Promise(() => safely(async () => {
    const opened = await ask("open");
    const display = uri => files.show(uri);
    const listen = {
      changed, display, moved: () => { if (files?.current.editor === editor) link.moved(); }, save: () => safely(save), outline,
      problems: (uri, found) => { problems.show(uri, found); files.current.editor.keepCursorInView(); },
    };
    files = new FilmFiles(opened, (parent, file, beside) => new ScriptEditor(parent, file, listen, beside), state, () => problems.draw());
    editor = files.script.editor;
    problems = new ProblemList(byId("problems"), editor, display);
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
byId("outline").addEventListener("click", outline);
byId("format").addEventListener("click", () => files?.current.editor.format());
byId("play").addEventListener("click", () => safely(async () => {
  play(byId("board"), await ask("cut"), (shot, stays) => safely(() => goToShot(shot, stays)), () => safely(exported), number => safely(() => ask("close-player", { number })));
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
