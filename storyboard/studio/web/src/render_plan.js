// The plan of a render: each clip with its still, what happens to it, and the price.

import { ask } from "#api";
import { byId, count, element, money } from "./dom.js";
import { showOffer } from "./pay.js";
import { approveButton } from "./stills.js";

const TITLES = { true: "Render in the sandbox", false: "Render with Venice" };
const SENT = new Set(["new", "changed", "retake", "resend"]);

/** Show what a render would do, with the button that starts it. `retake` are clips that get one more take, `only` the
 *  clips that are meant, all where it is null; `approvedOnly` limits it to clips whose stills are approved: of itself
 *  where money is paid for a whole film and somebody has begun to approve. */
export async function showPlan(tell, { retake = [], only = null, approvedOnly = null } = {}) {
  const { stills } = await ask("stills");
  approvedOnly ??= !only && byId("paid").checked && Object.values(stills).some(one => one.approved);
  const chosen = approvedOnly ? (only ?? Object.keys(stills)).filter(id => stills[id]?.approved) : only;
  const offer = await ask("plan", { retake, only: chosen });
  const again = (more = {}) => showPlan(tell, { retake, only, approvedOnly, ...more }).catch(problem => tell(problem.message));
  const sent = offer.plan.clips.filter(clip => SENT.has(clip.action));
  const open = sent.filter(clip => stills[clip.id] && !stills[clip.id].approved).length;
  const unknown = offer.plan.clips.filter(clip => clip.action === "unknown");
  const shown = offer.plan.clips.filter(clip => !(only && clip.action === "left out" && !only.includes(clip.id)));
  showOffer(offer, {
    title: TITLES[offer.sandbox], sent: count(offer.calls, "clip"), fetched: count(offer.fetched, "clip"), verb: { now: "Render", ing: "Rendering" }, started: tell,
    parts: [
      filter(approvedOnly, open, offer.sandbox, again),
      element("div", { class: "table" }, table(shown, stills, offer.sandbox, again)),
      unknown.length ? element("p", { class: "why" }, `${count(unknown.length, "clip")} may have been paid and never arrived: the connection broke during the request. The page does not send them again, since that could pay twice; “sbc status --bill” compares them with the service’s bill.`) : null,
    ],
  });
}

function filter(approvedOnly, open, sandbox, again) {
  const box = element("input", { type: "checkbox", checked: approvedOnly, onchange: () => again({ approvedOnly: box.checked }) });
  const words = approvedOnly ? "" : open ? ` ${count(open, "still")} of these clips ${open === 1 ? "is" : "are"} not approved yet${sandbox ? "." : ", and would be paid anyway."}` : " Every still is approved.";
  return element("p", {}, element("label", {}, box, " Only clips whose still is approved."), element("span", { class: open && !sandbox && !approvedOnly ? "why" : "" }, words));
}

function table(clips, stills, sandbox, again) {
  const heads = ["Still", "Clip", "Scene", "What happens", "Price"];
  return element("table", {},
    element("thead", {}, element("tr", {}, ...heads.map(one => element("th", { scope: "col", class: one === "Price" ? "price" : null }, one)))),
    element("tbody", {}, ...clips.map(clip => row(clip, stills[clip.id], sandbox, again))));
}

function row(clip, still, sandbox, again) {
  return element("tr", {},
    element("td", { class: "still" }, still ? element("img", { src: still.url, alt: `Still of ${clip.id}`, loading: "lazy" }) : null,
      still ? approveButton(clip.id, still, () => again()) : null),
    element("td", {}, clip.id, element("div", { class: "where" }, `${clip.seconds} s`)),
    element("td", {}, clip.scene ?? ""),
    element("td", {}, ...(clip.action === "unknown" ? ["perhaps paid"] : [clip.action]), clip.why && clip.action !== "unknown" ? element("div", { class: "where" }, clip.why) : null),
    element("td", { class: "price" }, SENT.has(clip.action) ? sandbox ? "free" : money(clip.cost) : ""));
}
