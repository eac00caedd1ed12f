// What the film costs, and the only button that pays. No key presses it and focus is never on it; above a limit that
// the person sets it is held for a second.

import { ask } from "./api.js";
import { button, byId, count, element, money, openDialog } from "./dom.js";

const HOLD = 1000;  // milliseconds
const LIMIT = "hold above";

const limit = () => Number(localStorage.getItem(LIMIT) ?? 5);

/** The bottom line: running time, clips, paid, to pay. */
export function showSums(sums, clock) {
  const free = sums.sandbox;
  const rows = [
    ["Running time", clock(sums.seconds)],
    ["Clips", `${sums.done ? `${sums.done} of ` : ""}${sums.clips}`],
    ["Paid", free ? "nothing, this is the sandbox" : money(sums.paid)],
    ["To pay", sums.to_pay == null ? "after the errors are mended" : free ? "free" : money(sums.to_pay)],
    ...(sums.unknown ? [["Perhaps paid", count(sums.unknown, "clip")]] : []),
  ];
  byId("sums").replaceChildren(...rows.map(([key, value]) => element("div", {}, element("dt", {}, key), element("dd", {}, value))));
  byId("plan").textContent = free ? "Render for free…" : "Render…";
  byId("paid").checked = !free;
  document.body.classList.toggle("pays", !free);
}

/** Show what a render would do, with the button that starts it. `retake` are clips that get one more take. */
export async function showPlan(tell, retake = []) {
  const offer = await ask("plan", { retake });
  const rows = offer.plan.clips.map(clip => element("tr", {},
    element("td", {}, clip.id), element("td", {}, clip.scene ?? ""), element("td", {}, `${clip.seconds} s`),
    element("td", {}, clip.action, clip.why ? element("div", { class: "where" }, clip.why) : null),
    element("td", { class: "price" }, offer.sandbox ? "free" : clip.cost ? money(clip.cost) : "")));
  const table = element("table", {},
    element("thead", {}, element("tr", {}, ...["Clip", "Scene", "Length", "What happens", "Price"].map(one => element("th", { scope: "col" }, one)))),
    element("tbody", {}, ...rows));
  const unknown = offer.plan.clips.filter(clip => clip.action === "unknown");
  const { dialog, actions } = openDialog(offer.sandbox ? "Render in the sandbox" : "Render with Venice", table,
    unknown.length ? element("p", { class: "why" }, `${count(unknown.length, "clip")} may have been paid and never arrived. The page does not send them again; “sbc status --bill” says what was charged.`) : null,
    offer.plan.balance == null ? null : element("p", {}, `The balance of your key is ${money(offer.plan.balance)}.`),
    offer.why_not ? element("p", { class: "why" }, offer.why_not) : null);
  if (offer.why_not) return;
  const start = async () => {
    try {
      const { clips, usd } = await ask("render", { digest: offer.digest });
      tell(offer.sandbox ? `Rendering ${count(clips, "clip")} in the sandbox.` : `Rendering ${count(clips, "clip")} for at most ${money(usd)}.`);
      dialog.close();
    } catch (problem) {
      dialog.querySelector(".refused")?.remove();
      actions.before(element("p", { class: "why refused", role: "alert" }, problem.message));
    }
  };
  if (offer.sandbox) actions.prepend(button(`Render ${count(offer.clips, "clip")}, free`, start, { class: "pay" }));
  else actions.prepend(limitField(), payButton(offer, start));
}

function limitField() {
  const field = element("input", { type: "number", min: 0, step: 1, value: limit(), onchange: () => localStorage.setItem(LIMIT, field.value) });
  return element("label", {}, "Hold the button for sums above $ ", field);
}

function payButton(offer, start) {
  const held = offer.usd > limit();
  const words = `${held ? "Hold to pay" : "Pay"} ${money(offer.usd)} for ${count(offer.clips, "clip")}`;
  const made = element("button", { type: "button", class: "pay", tabindex: -1 }, words);
  let timer = 0, pressed = false;
  const stop = () => { clearTimeout(timer); made.classList.remove("held"); pressed = false; };
  const once = () => { stop(); made.disabled = true; start(); };
  made.addEventListener("focus", () => made.blur());
  made.addEventListener("pointerdown", event => {
    event.preventDefault();
    if (!event.isPrimary || event.button) return;
    pressed = true;
    if (held) { made.classList.add("held"); timer = setTimeout(once, HOLD); }
  });
  made.addEventListener("pointerup", () => { if (pressed && !held) once(); else stop(); });
  for (const end of ["pointerleave", "pointercancel"]) made.addEventListener(end, stop);
  return made;
}
