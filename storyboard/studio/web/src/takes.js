// The takes of each clip side by side: play them together, pick, lock, note, retake.

import { ask } from "./api.js";
import { button, element, openDialog } from "./dom.js";
import { showPlan } from "./pay.js";

export async function showTakes(tell) {
  const { clips } = await ask("takes");
  const shown = clips.filter(clip => clip.takes.length || clip.running || clip.unknown);
  const again = () => showTakes(tell);
  openDialog("Takes", ...(shown.length ? shown.map(clip => clipRow(clip, again, tell)) : [element("p", {}, "No clip has been rendered yet. “Render…” at the bottom makes the first takes; in the sandbox they are free.")]));
}

function clipRow(clip, again, tell) {
  const act = async (action, number, text = "") => {
    try {
      await ask("take", { clip: clip.id, action, number, text });
      await again();
    } catch (problem) { tell(problem.message); }
  };
  const row = element("div", { class: "row" }, ...clip.takes.map(take => takeCard(clip, take, act)));
  const videos = () => [...row.querySelectorAll("video")];
  const together = button("Play together", () => {
    for (const video of videos()) { video.currentTime = 0; video.play(); }
  });
  const state = [clip.running ? "rendering" : "", clip.unknown ? "perhaps paid" : "", clip.locked ? "locked" : ""].filter(Boolean).join(", ");
  return element("section", { class: "clip-takes" },
    element("h3", {}, `${clip.id} ${clip.scene}, shots ${clip.shots.join(", ")}, ${clip.seconds} s${state ? ` (${state})` : ""}`),
    row,
    element("div", { class: "actions" }, clip.takes.length > 1 ? together : null, button("Retake…", () => showPlan(tell, [clip.id]).catch(problem => tell(problem.message)))));
}

function takeCard(clip, take, act) {
  const said = [take.chosen ? "in the film" : "", take.rejected ? `rejected: ${take.rejected}` : "", take.changed ? "the text has changed since" : ""].filter(Boolean).join("; ");
  const note = element("input", { type: "text", maxlength: 1000, placeholder: "A note", "aria-label": `A note on take ${take.number} of ${clip.id}` });
  return element("article", { class: take.chosen ? "take chosen" : "take", "aria-label": `Take ${take.number} of ${clip.id}` },
    element("video", { src: take.url, controls: true, preload: "metadata" }),
    element("p", {}, element("strong", {}, `Take ${take.number}`), said ? ` ${said}` : ""),
    ...take.notes.map(words => element("p", { class: "where" }, words)),
    element("div", { class: "actions" },
      take.chosen ? null : button("Pick", () => act("pick", take.number)),
      take.chosen ? button(clip.locked ? "Unlock" : "Lock", () => act(clip.locked ? "unlock" : "lock", take.number)) : null),
    element("form", { class: "actions", onsubmit: event => { event.preventDefault(); act("note", take.number, note.value); } }, note, element("button", {}, "Add note")),
    element("details", {}, element("summary", {}, "The text it was made from"), element("p", {}, take.prompt)));
}
