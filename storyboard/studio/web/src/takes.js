// The clips side by side with their still and their takes: play together, pick, lock, note, retake, and what has changed.

import { diff } from "@codemirror/merge";
import { ask } from "#api";
import { button, element, isShown, openDialog } from "./dom.js";
import { showPlan } from "./render_plan.js";
import { stillCard } from "./stills.js";

export const TITLE = "Takes";

export async function showTakes(tell, isNews = false) {
  const [{ clips }, { stills }] = await Promise.all([ask("takes"), ask("stills")]);
  if (isNews && !isShown(TITLE)) return;
  const again = () => showTakes(tell);
  openDialog(TITLE, ...(clips.length ? clips.map(clip => clipRow(clip, stills[clip.id], again, tell)) : [element("p", {}, "The script has no clip yet: a clip begins with a SHOT line.")]));
}

function clipRow(clip, still, again, tell) {
  const act = async (action, number, text = "") => {
    try {
      await ask("take", { clip: clip.id, action, number, text });
      await again();
    } catch (problem) { tell(problem.message); }
  };
  const row = element("div", { class: "row" }, still ? stillCard(clip.id, still, again) : null, ...clip.takes.map(take => takeCard(clip, take, act)));
  const videos = () => [...row.querySelectorAll("video")];
  const together = button("Play together", () => {
    for (const video of videos()) { video.currentTime = 0; video.play(); }
  });
  const state = [clip.running ? "rendering" : "", clip.unknown ? "perhaps paid" : "", clip.locked ? "locked" : ""].filter(Boolean).join(", ");
  const wish = clip.takes.length ? { retake: [clip.id], only: [clip.id] } : { only: [clip.id] };
  return element("section", { class: "clip-takes" },
    element("h3", {}, `${clip.id} ${clip.scene}, ${clip.shots.length === 1 ? "shot" : "shots"} ${clip.shots.join(", ")}, ${clip.seconds} s${state ? ` (${state})` : ""}`),
    row,
    clip.unknown ? element("p", { class: "why" }, "This clip may have been paid and never arrived. The page does not send it again; “sbc status --bill” compares it with the service’s bill.") : null,
    element("div", { class: "actions" }, clip.takes.length > 1 ? together : null,
      button(clip.takes.length ? "Retake…" : "Render…", () => showPlan(tell, wish).catch(problem => tell(problem.message)), { "aria-label": `${clip.takes.length ? "Retake" : "Render"}… ${clip.id}` })));
}

function takeCard(clip, take, act) {
  const said = [take.chosen ? "in the film" : "", take.rejected ? `rejected: ${take.rejected}` : "", take.changed ? "the text has changed since" : ""].filter(Boolean).join("; ");
  const note = element("input", { type: "text", maxlength: 1000, placeholder: "A note", "aria-label": `A note on take ${take.number} of ${clip.id}` });
  const of = `take ${take.number} of ${clip.id}`;
  return element("article", { class: take.chosen ? "take chosen" : "take", "aria-label": `Take ${take.number} of ${clip.id}` },
    element("video", { src: take.url, controls: true, preload: "metadata", "aria-label": `Play ${of}` }),
    element("p", {}, element("strong", {}, `Take ${take.number}`), said ? ` ${said}` : ""),
    ...take.notes.map(words => element("p", { class: "where" }, words)),
    element("div", { class: "actions" },
      take.chosen ? null : button("Pick", () => act("pick", take.number), { "aria-label": `Pick ${of}` }),
      take.chosen ? button(clip.locked ? "Unlock" : "Lock", () => act(clip.locked ? "unlock" : "lock", take.number), { "aria-label": `${clip.locked ? "Unlock" : "Lock"} ${of}` }) : null),
    element("form", { class: "actions", onsubmit: event => { event.preventDefault(); act("note", take.number, note.value); } }, note, element("button", {}, "Add note")),
    element("details", {}, element("summary", {}, take.changed ? "What has changed since" : "The text it was made from"), changes(take.prompt, clip.prompt)));
}

/** A text, with what has been taken out of it and put in since. */
export function changes(before, now) {
  const shown = element("p", { class: "changes" });
  let at = 0;
  for (const { fromA, toA, fromB, toB } of before ? diff(before, now) : []) {
    shown.append(before.slice(at, fromA));
    if (toA > fromA) shown.append(element("del", {}, before.slice(fromA, toA)));
    if (toB > fromB) shown.append(element("ins", {}, now.slice(fromB, toB)));
    at = toA;
  }
  shown.append(before.slice(at));
  return shown;
}
