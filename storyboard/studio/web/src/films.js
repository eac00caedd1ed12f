// The films of a folder: open one, begin a new one, import a screenplay. The list is there at once; what each film comes
// to is asked for when its line is on the screen, one film at a time.

import { clock } from "../../../watch/page/board.js";
import { Refused, ask } from "./api.js";
import { button, byId, count, element, money, openDialog } from "./dom.js";

const FEW = 8;  // films that are found without a field to find them with
const CHUNK = 0x8000;  // bytes that are spelled at a time

const list = byId("list"), find = byId("find");
const told = words => { byId("told").textContent = words; };
const safely = work => Promise.resolve().then(work).catch(problem => {
  told(problem instanceof Refused ? problem.message : `Something went wrong: ${problem.message}`);
});

const figures = new Map();  // what is known of each film, by its id
const waiting = new Set();  // lines on the screen whose film is not known yet
let isAsking = false;

const sight = new IntersectionObserver(seen => {
  for (const { target, isIntersecting } of seen) isIntersecting ? waiting.add(target) : waiting.delete(target);
  askNext();
}, { rootMargin: "200px" });

async function askNext() {
  if (isAsking) return;
  isAsking = true;
  for (const line of waiting) {
    waiting.delete(line);
    sight.unobserve(line);
    const { id } = line.dataset;
    try {
      figures.set(id, await ask("film", { id }));
    } catch (problem) {
      figures.set(id, { problem: problem.message });
    }
    fill(line);
  }
  isAsking = false;
}

function filmLine(film) {
  const changed = new Date(film.changed * 1000);
  const when = element("time", { datetime: changed.toISOString() }, changed.toLocaleString("en", { dateStyle: "medium", timeStyle: "short" }));
  const line = element("li", { "data-id": film.id, "data-path": film.path },
    element("h2", {}, button(film.path.split("/").pop(), () => safely(() => open(film.id)), { class: "open" })),
    element("p", { class: "where" }, film.path, " · ", when),
    element("dl", {}), element("p", { class: "why" }));
  if (figures.has(film.id)) fill(line);
  sight.observe(line);
  return line;
}

function fill(line) {
  const film = figures.get(line.dataset.id);
  if (film.title) line.querySelector("button").textContent = film.title;
  const rows = film.shots ? [
    ["Running time", clock(film.seconds)],
    ["Clips", film.done ? `${film.done} of ${film.clips}` : `${film.clips}`],
    ["Paid", money(film.paid)],
    ...(film.errors ? [] : [["To pay", money(film.to_pay)]]),
  ] : [];
  line.querySelector("dl").replaceChildren(...rows.map(([key, value]) => element("div", {}, element("dt", {}, key), element("dd", {}, value))));
  line.querySelector(".why").textContent = film.problem
    || (film.errors ? count(film.errors, "error") : film.shots ? "" : "No shots yet, or a file for other scripts to include.");
  line.classList.toggle("part", !film.shots && !film.problem);
  narrow();
}

function narrow() {
  const wanted = find.value.trim().toLowerCase();
  for (const line of list.children) {
    line.hidden = Boolean(wanted) && !`${line.dataset.path} ${line.querySelector("button").textContent}`.toLowerCase().includes(wanted);
  }
}

async function show() {
  const { folder, films, is_whole: isWhole } = await ask("films");
  byId("folder").textContent = folder;
  const focused = document.activeElement?.closest("#list li")?.dataset.id;
  sight.disconnect();
  waiting.clear();
  list.replaceChildren(...films.map(filmLine));
  find.parentElement.hidden = films.length <= FEW;
  narrow();
  if (focused) list.querySelector(`[data-id="${focused}"] button`)?.focus();
  told(!films.length ? "There is no film in this folder yet. Begin a new one, or drop a screenplay here."
    : isWhole ? "" : "This folder contains more than the studio looks through: start it in a folder of films.");
}

async function open(id) {
  const { address } = await ask("open-film", { id });
  location.assign(address);
}

function beginNew() {
  const name = element("input", { type: "text", required: true, maxlength: 60, autocomplete: "off", "aria-describedby": "new-about" });
  const why = element("p", { class: "why", role: "alert" });
  const form = element("form", { onsubmit: async event => {
    event.preventDefault();
    try {
      await open((await ask("new-film", { name: name.value })).id);
    } catch (problem) { why.textContent = problem.message; }
  } }, element("label", {}, "Its name ", name), element("button", { class: "first" }, "Begin"));
  openDialog("A new film", element("p", { id: "new-about" }, "A new folder of this name, with a small film whose comments explain the language, a cast, and pictures: change it into yours."), form, why);
  name.focus();
}

/** Ask what to import; `given` is a file that was dropped. */
function beginImport(given = null) {
  const file = element("input", { type: "file", required: !given, accept: ".fountain,.fdx,.txt,.spmd,.highland,.fadein,.docx,.pdf,.rtf" });
  const pictures = element("input", { type: "checkbox", checked: true });
  const why = element("p", { class: "why", role: "alert" });
  const go = element("button", { class: "first" }, "Import");
  const form = element("form", { onsubmit: async event => {
    event.preventDefault();
    const chosen = file.files[0] ?? given;
    go.disabled = true;
    why.textContent = "";
    try {
      const made = await ask("import-film", { name: chosen.name, data: spelled(await chosen.arrayBuffer()), pictures: pictures.checked });
      await show();
      showReport(chosen.name, made);
    } catch (problem) { why.textContent = problem.message; }
    go.disabled = false;
  } },
  element("label", {}, given ? `Instead of ${given.name} ` : "The screenplay ", file),
  element("label", {}, pictures, " Draw a plain picture of everybody and every place, so that the film plays at once"), go);
  openDialog("Import a screenplay", element("p", {}, "Fountain or Final Draft. It is divided into shots by reading time and saved beside the other films under a new name; the screenplay is not changed."), form, why);
  (given ? go : file).focus();
}

function showReport(name, made) {
  const { actions } = openDialog(`${name} is ${made.path} now`, element("ul", { class: "report" }, ...made.report.map(line => element("li", {}, line))));
  const go = button("Open it", () => safely(() => open(made.id)), { class: "first" });
  actions.append(go);
  go.focus();
}

/** Bytes in base64. */
function spelled(buffer) {
  const bytes = new Uint8Array(buffer), parts = [];
  for (let at = 0; at < bytes.length; at += CHUNK) parts.push(String.fromCharCode(...bytes.subarray(at, at + CHUNK)));
  return btoa(parts.join(""));
}

byId("new").addEventListener("click", beginNew);
byId("import").addEventListener("click", () => beginImport());
find.addEventListener("input", narrow);
addEventListener("dragover", event => event.preventDefault());
addEventListener("drop", event => {
  event.preventDefault();
  const [file] = event.dataTransfer.files;
  if (file) beginImport(file);
});
document.addEventListener("visibilitychange", () => { if (!document.hidden) safely(async () => { figures.clear(); await show(); }); });
addEventListener("pageshow", event => { if (event.persisted) safely(async () => { figures.clear(); await show(); }); });
safely(show);
