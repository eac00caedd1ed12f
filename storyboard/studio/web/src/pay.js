// What a run would do and cost, and the only button that pays. No key presses it and focus is never on it; above a limit
// that the person sets it is held for a second.

import { Refused, ask } from "#api";
import { ceilingLine } from "./ceiling.js";
import { button, byId, count, element, money, openDialog } from "./dom.js";

const HOLD = 1000;  // milliseconds
const LIMIT = "hold above";

const FINE = 5;  // decimals of a sum of less than a cent
const exact = usd => money(usd, FINE);
const limit = () => Number(localStorage.getItem(LIMIT) ?? 5);

/** The bottom line: running time, clips, paid, to pay. */
export function showSums(sums, clock) {
  const free = sums.sandbox;
  const rows = [
    ["Running time", clock(sums.seconds)],
    ["Clips", `${sums.done ? `${sums.done} of ` : ""}${sums.clips}`],
    ["Paid", free ? "nothing, this is the sandbox" : money(sums.paid)],
    ["To pay", sums.to_pay == null ? "after the errors are fixed" : free ? "free" : money(sums.to_pay)],
    ...(sums.unknown ? [["Perhaps paid", count(sums.unknown, "clip")]] : []),
  ];
  byId("sums").replaceChildren(...rows.map(([key, value]) => element("div", {}, element("dt", {}, key), element("dd", {}, value))));
  byId("plan").textContent = free ? "Render for free…" : "Render…";
  byId("paid").checked = !free;
  document.body.classList.toggle("pays", !free);
}

/** Show an offer in a dialog with the button that accepts it. `title` is of the dialog, `parts` are what the offer does,
 *  `sent` and `fetched` what it makes and what it fetches, as “2 clips”, with a `verb`; `started` is called when it has
 *  begun. */
export function showOffer(offer, { title, parts, sent: words, fetched, verb, started }) {
  const { dialog, actions } = openDialog(title, ...parts,
    element("div", { class: "money" },
      offer.balance == null ? null : element("p", { class: offer.balance < offer.usd ? "why" : null }, `${money(offer.balance)} is left to spend with this key${offer.balance < offer.usd ? `: ${exact(offer.usd - offer.balance)} too little for this` : ""}.`),
      offer.sandbox ? null : ceilingLine(offer.ceiling)),
    offer.why_not ? element("p", { class: "why" }, offer.why_not) : null);
  if (offer.why_not) return;
  const isPaid = !offer.calls;  // nothing is sent: what was paid before is fetched, or put back
  const start = async () => {
    try {
      const { usd } = await ask("start", { digest: offer.digest });
      dialog.close();
      started(isPaid ? `Fetching ${fetched}.` : offer.sandbox ? `${verb.ing} ${words} in the sandbox.` : `${verb.ing} ${words} for at most ${exact(usd)}.`);
    } catch (problem) {
      if (!(problem instanceof Refused)) throw problem;
      dialog.querySelector(".refused")?.remove();
      actions.before(element("p", { class: "why refused", role: "alert" }, problem.message));
    }
  };
  if (isPaid) actions.prepend(button(`Fetch ${fetched}, ${offer.sandbox ? "made" : "paid"} already`, start, { class: "fetch" }));
  else if (offer.sandbox) actions.prepend(button(`${verb.now} ${words}, free`, start, { class: "pay" }));
  else actions.prepend(limitField(), payButton(offer, words, start));
}

function limitField() {
  const field = element("input", { type: "number", min: 0, step: 1, value: limit(), onchange: () => localStorage.setItem(LIMIT, field.value) });
  return element("label", { class: "limit" }, "Hold the button for sums above $ ", field);
}

function payButton(offer, words, start) {
  const held = offer.usd > limit();
  const made = element("button", { type: "button", class: "pay", tabindex: -1 }, `${held ? "Hold to pay" : "Pay"} ${exact(offer.usd)} for ${words}`);
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
