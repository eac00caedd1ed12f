// The playground: write, see the storyboard and the price, share. Nothing leaves this browser.

import "./policy.js";
import { Board, clock } from "../../../watch/page/board.js";
import { addPictureButtons } from "../src/cast_pictures.js";
import { button, byId, count, element, openDialog, say as tell } from "../src/dom.js";
import { ScriptEditor } from "../src/editor.js";
import { play } from "../src/player.js";
import { ProblemList } from "../src/problems.js";
import { linkScriptAndBoard, showPane } from "../src/script_and_board.js";
import { addShotButton, shotOf } from "../src/shot_menu.js";
import { Refused, askWorker, follow } from "./compiler.js";
import { claimDraft, forgetDraft, keepDraft, listDrafts } from "./drafts.js";
import { countOwn, picturesOf } from "./pictures.js";
import { scriptAddress } from "./policy.js";
import { LONGEST, LONGEST_SENT, addressOf, readAddress } from "./share.js";

const REST = 400;  // milliseconds without a key after which a draft is kept
const PATIENCE = 180_000;  // milliseconds for the first answer: Python may have to be loaded first
const UNKEPT = "unkept";  // under this name a draft waits that was not kept
const SCRIPT = "file:///film/film.sb";
const FIRST = "08-the-lantern-keeper";  // the example of a first visit

const see = byId("see");
const board = new Board(byId("board"), see, "div", part => {
  if (part.matches(".panel")) addShotButton(part);
  else addPictureButtons(part);
});
let editor = null, problems = null, examples = [], draft = null, keeping = 0, isKept = true;

const status = ({ kind, words }) => { byId("status").dataset.kind = kind; byId("status").textContent = words; };
const safely = work => Promise.resolve().then(work).catch(problem => {
  tell(problem instanceof Refused ? problem.message : `Something went wrong: ${problem.message}`);
});
const link = linkScriptAndBoard(see, () => editor, safely);

function hear(update) {
  if (update.order) {
    board.apply(update);
    link.mark();
    draft.title = update.order.title;
    byId("film").textContent = update.order.title;
    document.title = `${update.order.title} (playground)`;
  }
  if (update.status) status(update.status);
  for (const message of update.messages ?? []) {
    if (message.lsp) editor?.connection.receive(message.lsp);
    if (message.summary) showSums(message.summary);
  }
}

function showSums({ clock: time, shots, clips, price, basis }) {
  const rows = [["Running time", time], ["Film", `${shots}, ${clips}`], ["Price", price]];
  byId("sums").replaceChildren(...rows.map(([key, value]) => element("div", {}, element("dt", {}, key), element("dd", {}, value))));
  byId("basis").textContent = basis ? `a price from the table, not a quote: ${basis}` : "";
}

/** Show a film: `{ id, text, example }`, a draft or a new one. */
async function open(film) {
  clearTimeout(keeping);
  const example = examples.find(one => one.name === film.example);
  draft = { id: await claimDraft(film.id), text: film.text, example: example?.name ?? null, title: film.title ?? "" };
  editor?.view.destroy();
  byId("editor").replaceChildren();
  byId("problems").hidden = true;
  byId("film").textContent = draft.title || "Playground";
  const pictures = await picturesOf(draft.id, example?.pictures ?? {});
  const opened = askWorker("open", { files: example?.files ?? {}, heads: example?.heads ?? {}, pictures });
  editor = new ScriptEditor(byId("editor"), { uri: SCRIPT, text: film.text, timeout: PATIENCE }, {
    changed, moved: link.moved, save: () => safely(download),
    problems: (file, found) => { problems.show(file, found); editor.keepCursorInView(); },
  });
  problems = new ProblemList(byId("problems"), editor);
  byId("problems").hidden = true;
  await opened;
}

function changed() {
  isKept = false;
  tell("");
  clearTimeout(keeping);
  keeping = setTimeout(keep, REST);
}

/** Keep the text in this browser. An address that was opened is no longer what is shown. */
async function keep() {
  isKept = true;
  draft.text = editor.text;
  if (location.hash) history.replaceState(null, "", location.pathname);
  try {
    await keepDraft({ ...draft, at: Date.now() });
    tell("kept in this browser");
  } catch {
    tell("this browser keeps nothing: download your script");
  }
}

async function share() {
  const address = await addressOf(editor.text, draft.example);
  if (address.length > LONGEST) {
    throw new Refused(`This script is too long for an address (${address.length.toLocaleString("en")} characters, at most ${LONGEST.toLocaleString("en")}). Download it and send the file.`);
  }
  const own = await countOwn(draft.id);
  const field = element("input", { type: "text", readonly: true, value: address, "aria-label": "The address", onfocus: event => event.target.select() });
  const copy = button("Copy", async () => {
    field.select();
    try { await navigator.clipboard.writeText(address); copy.textContent = "Copied"; } catch { copy.textContent = "Press Ctrl+C"; }
  });
  const { actions } = openDialog("Share", element("p", {}, "The script is in this address itself; it is on no server. Anyone who opens it gets a copy."), field,
    address.length > LONGEST_SENT ? element("p", { class: "why" }, `The address has ${address.length.toLocaleString("en")} characters. Some mail and chat programs cut off long addresses; you can send the script as a file instead.`) : null,
    own ? element("p", { class: "why" }, `${count(own, "picture")} of yours ${own === 1 ? "is" : "are"} in this browser only. Anyone who opens the address sees which are missing.`) : null);
  actions.prepend(copy);
}

function download() {
  const name = draft.title.replace(/[^\p{L}\p{N} _-]+/gu, "").trim().slice(0, 60) || "film";
  const address = URL.createObjectURL(new Blob([editor.text], { type: "text/plain" }));
  element("a", { href: address, download: `${name}.sb` }).click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
  tell("downloaded");
}

async function showOpen() {
  const file = element("input", { type: "file", accept: ".sb,text/plain", "aria-label": "A script of yours" });
  file.addEventListener("change", () => safely(async () => { dialog.close(); await open({ text: await file.files[0].text() }); await keep(); }));
  const choose = film => () => { dialog.close(); safely(() => open(film)); };
  const drafts = await listDrafts().catch(() => []);
  const { dialog } = openDialog("Open",
    element("section", {}, element("h3", {}, "Examples"), element("ul", { class: "films" }, ...examples.map(one => element("li", {}, button(one.title, choose({ text: one.text, example: one.name })), " ", one.lesson)))),
    drafts.length ? element("section", {}, element("h3", {}, "What you wrote here"), element("ul", { class: "films" }, ...drafts.map(one => draftRow(one, choose(one))))) : null,
    element("section", {}, element("h3", {}, "A file, or nothing yet"), element("p", {}, file), button("New film", choose({ text: "" }))));
}

function draftRow(one, choose) {
  const title = one.title || "Without a title";
  const row = element("li", {}, button(title, choose), ` ${new Date(one.at).toLocaleString()} `,
    one.id === draft.id ? "(open)" : button("Delete", () => safely(async () => { await forgetDraft(one.id); row.remove(); }), { "aria-label": `Delete ${title}` }));
  return row;
}

function showMachine() {
  openDialog("This needs your machine",
    element("p", {}, "Rendering pays Venice for clips, and clips, animatics and films are video: this page can make none of them. Install sbc, download the script, and continue there:"),
    element("pre", { tabindex: 0, "aria-label": "Commands" }, "pipx install .        in a copy of its repository\nsbc studio film.sb    this page with takes, prices asked of Venice, and the film\nsbc animatic film.sb  the film as a draft, free\nsbc render film.sb    the clips, after the price was shown"),
    element("p", {}, "The panels here show your pictures whole; on your machine, figures are cut out of their backgrounds."),
    element("p", {}, element("a", { href: "../index.html" }, "What sbc is, and how to install it")));
}

async function goToShot(shot) {
  const place = await editor.request("storyboard/shot", { uri: editor.uri, shot });
  if (!place) return;
  if (place.uri !== editor.uri) { tell(`Shot ${shot} is in ${decodeURIComponent(place.uri.split("/").pop())}`); return; }
  showPane("script");
  editor.goTo(place.range.start.line + 1);
}

async function begin() {
  follow(hear, words => status({ kind: "gone", words }));
  examples = await (await fetch("examples.json")).json();
  const shared = await readAddress(location.hash).catch(problem => { tell(problem.message); return null; });
  const unkept = localStorage.getItem(UNKEPT);
  if (unkept) await keepDraft(JSON.parse(unkept)).then(() => localStorage.removeItem(UNKEPT)).catch(() => {});
  const [last] = await listDrafts().catch(() => []);
  const example = examples.find(one => one.name === shared?.example);
  if (shared && (shared.text ?? example)) await open({ text: shared.text ?? example.text, example: shared.example });
  else if (last) await open(last);
  else await open({ text: examples.find(one => one.name === FIRST).text, example: FIRST });
}

byId("open").addEventListener("click", () => safely(showOpen));
byId("share").addEventListener("click", () => safely(share));
byId("download").addEventListener("click", () => safely(download));
byId("format").addEventListener("click", () => editor?.format());
byId("play").addEventListener("click", () => play(byId("board"), null, shot => safely(() => goToShot(shot))));
byId("machine").addEventListener("click", showMachine);
for (const name of ["script", "board"]) byId(`show-${name}`).addEventListener("click", () => showPane(name));
byId("board").addEventListener("click", event => {
  const panel = event.target.closest(".panel > header, .panel .picture")?.closest(".panel");
  if (panel) safely(() => goToShot(shotOf(panel)));
});
// A tab that is closed has no time for the database: what it has not kept waits here for the next visit.
addEventListener("pagehide", () => {
  if (!isKept) localStorage.setItem(UNKEPT, JSON.stringify({ ...draft, text: editor.text, at: Date.now() }));
});
addEventListener("hashchange", () => { if (location.hash.includes("=")) location.reload(); });
navigator.serviceWorker?.register(scriptAddress("./service_worker.js")).catch(() => {});
safely(begin);
