// The plan of making pictures and sounds: what happens to each, and the price.

import { ask } from "#api";
import { count, element, money } from "./dom.js";
import { showOffer } from "./pay.js";
import { changes } from "./takes.js";

const SENT = new Set(["new", "retake", "resend"]);
const FETCHED = new Set(["put back", "collected"]);
const SHOWN = 60;  // letters of a speech or of words for music
const NOT_TOLD = new Set(["left out", "yours"]);

/** How many pictures and sounds those are, in words: “3 pictures and 1 sound”. */
function counted(pictures, sounds) {
  return [[pictures, "picture"], [sounds, "sound"]].filter(([number]) => number).map(([number, noun]) => count(number, noun)).join(" and ");
}

/** Show what making would do: all that is missing, or those of `names`; `retake` makes new takes of these, `copies` takes
 *  of each. `room.tell` hears that it has begun, `room.again` shows what there is then. */
export async function showMakePlan(room, copies, names = [], retake = false) {
  if (!await room.save()) return;
  const offer = await ask("plan-making", { copies, ...(retake ? { retake: names, only: names } : { only: names }) });
  const told = one => !NOT_TOLD.has(one.action) && (one.action !== "made" || names.length);
  const { pictures, speeches, sounds } = offer.plan, heard = [...speeches, ...sounds];
  const takes = all => all.reduce((sum, one) => sum + (SENT.has(one.action) ? one.takes : 0), 0);
  const fetched = all => all.filter(one => FETCHED.has(one.action)).length;
  const rows = [...pictures.filter(told).map(pictureRow), ...heard.filter(told).map(soundRow)];
  showOffer(offer, {
    title: offer.sandbox ? "Make in the sandbox" : "Make with Venice",
    sent: counted(takes(pictures), takes(heard)), fetched: counted(fetched(pictures), fetched(heard)), verb: { now: "Make", ing: "Making" },
    started: words => { room.tell(words); room.again(); },
    parts: [rows.length ? element("div", { class: "table" }, table(rows, offer.sandbox)) : null,
      offer.sandbox ? null : element("p", { class: "where" }, "Words and pictures leave this machine. Music, ambience and effects are quoted by the service; prices of pictures and speeches are those of its list.")],
  });
}

const pictureRow = one => ({ ...one, name: one.id, what: one.file, words: one.prompt });
const soundRow = one => ({ ...one, name: one.id, what: one.speaker ? `${one.speaker} (${one.voice}): “${shortened(one.text)}”` : `${shortened(one.words)}${one.seconds && SENT.has(one.action) ? `, ${one.seconds} s` : ""}`, words: one.text ?? one.words });
const shortened = words => words.length > SHOWN ? `${words.slice(0, SHOWN).trimEnd()}…` : words;

function table(rows, sandbox) {
  return element("table", {},
    element("thead", {}, element("tr", {}, ...["What", "What happens", "Model", "Price"].map(one => element("th", { scope: "col", class: one === "Price" ? "price" : null }, one)))),
    element("tbody", {}, ...rows.map(one => element("tr", {},
      element("td", {}, one.name, element("div", { class: "where" }, one.what)),
      element("td", {}, one.action === "collected" ? "fetched" : one.action, one.takes > 1 ? `, ${one.takes} takes` : "", one.why ? element("div", { class: "where" }, one.why) : null,
        one.changes?.length ? element("div", { class: "why" }, `It is in finished clips: ${one.changes.join(", ")} will be new for the next render, and cost again.`) : null,
        SENT.has(one.action) ? element("details", {}, element("summary", {}, "Its words"), changes(one.words, one.words)) : null),
      element("td", {}, SENT.has(one.action) ? one.model : ""),
      element("td", { class: "price" }, SENT.has(one.action) ? sandbox ? "free" : money(one.cost, 5) : "")))));
}
