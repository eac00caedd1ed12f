// What a run says while it makes clips or pictures: a line for each, and how it ended until the person has read it.

import { button, byId, element, money } from "./dom.js";

const WORDS = {
  sending: "is sent", queued: "is paid, and in the queue", received: "has arrived", saved: "is ready", rejected: "arrived, but was rejected",
  refused: "was refused", failed: "failed", unknown: "is perhaps paid", blocked: "was not sent", late: "still runs at the service",
};
const PAUSE = 3000;  // milliseconds without an event after which a run that said something has ended, or waits
let said = [], timer = 0;

/** Tell the person of the events of a run. */
export function hearRun(events, free, tell) {
  clearTimeout(timer);
  for (const event of events) {
    const about = event.clip ?? event.picture;
    if (event.event === "said") said.push(event.words);
    else if (event.event === "plan") { said = []; byId("notice").hidden = true; }
    else if (event.event === "end") { showEnd(event, free, tell); said = []; }
    else if (about && WORDS[event.event]) tell(`${about} ${WORDS[event.event]}${event.words && event.event !== "saved" ? `: ${event.words}` : ""}`);
  }
  // A run that cannot begin says why, and nothing else.
  if (said.length) timer = setTimeout(() => notice("The run says:", said), PAUSE);
}

function showEnd(end, free, tell) {
  const parts = [
    [end.saved, "there"], [end.running, "still running at the service"], [end.rejected, "to be checked"], [end.failed, "failed"],
    [end.refused, "refused, and not paid"], [end.unknown, "perhaps paid"], [end.unsent, "not sent"],
  ].filter(([names]) => names.length).map(([names, words]) => `${words}: ${names.length > 5 ? names.length : names.join(", ")}`);
  const words = parts.join("; ") || "there was nothing to do";
  if (!end.code) { tell(`The run has ended; ${words}.`); byId("notice").hidden = true; return; }
  notice("The run has ended, but something is missing.", [
    `${words}.`, ...(end.stopped ? [`Nothing more was sent: ${end.stopped}.`] : []),
    ...(end.unknown.length ? ["What is perhaps paid is not sent again by the page: “sbc status --bill” compares it with the service’s bill."] : []),
    ...(end.usd && !free ? [`It spent ${money(end.usd)}.`] : []), ...said,
  ]);
}

function notice(title, lines) {
  const place = byId("notice");
  place.hidden = false;
  place.replaceChildren(element("strong", {}, title), element("span", {}, lines.join(" ")), button("Close", () => { place.hidden = true; }));
}
