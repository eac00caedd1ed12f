// What is heard: speeches with their voices, music, ambience and effects that the script gives in words. Each take is
// listened to in its place, and the one to be heard is chosen by a click.

import { button, element } from "./dom.js";

const KINDS = [["speech", "Speeches"], ["music", "Music"], ["ambience", "Ambience"], ["effect", "Effects"]];
const SAID = {
  "new": "not made yet", "collected": "paid, and on its way", "made": "made", "unknown": "perhaps paid", "rejected": "needs a look", "blocked": "waits",
};
/** Of these the plan says more than a word. */
const EXPLAINED = new Set(["blocked", "rejected"]);

/** Sections of the sounds of a film. `make(id, retake)` shows a plan, `choose(sound, take)` lets a take be heard. */
export function soundSections(sounds, make, choose) {
  return KINDS.map(([kind, title]) => [title, sounds.filter(one => one.kind === kind)]).filter(([, found]) => found.length)
    .map(([title, found]) => element("section", { class: "cast-kind" }, element("h3", {}, title), element("div", { class: "cast-row" }, ...found.map(one => soundCard(one, make, choose)))));
}

function soundCard(sound, make, choose) {
  const state = sound.running ? "being made" : sound.unknown ? "perhaps paid" : SAID[sound.action] ?? sound.action;
  const press = sound.running || sound.unknown ? null
    : sound.action === "new" ? button("Make…", () => make(sound.id, false), { class: "small", "aria-label": `Make… ${sound.id}` })
    : sound.takes.length || sound.action === "rejected" ? button("Retake…", () => make(sound.id, true), { class: "small", "aria-label": `Retake… ${sound.id}` }) : null;
  return element("article", { class: "person sound", "aria-label": sound.id },
    element("h4", {}, sound.who || `Shot ${sound.shot}`),
    element("p", { class: "look" }, sound.who ? `“${sound.words}”` : sound.words),
    element("p", { class: "where" }, `${sound.who ? `Shot ${sound.shot}, voice ${sound.voice}` : sound.model}: ${state}`),
    EXPLAINED.has(sound.action) && sound.why ? element("p", { class: "where" }, sound.why) : null,
    sound.takes.length ? element("ul", { class: "sound-takes", "aria-label": `Takes of ${sound.id}` }, ...sound.takes.map(take => takeLine(sound, take, choose))) : null,
    element("div", { class: "actions start" }, press));
}

function takeLine(sound, take, choose) {
  const name = `take ${take.number} of ${sound.id}`;
  return element("li", { class: take.chosen ? "chosen" : null },
    element("span", {}, `Take ${take.number}`, take.seconds ? element("span", { class: "where" }, ` ${take.seconds.toFixed(1)} s`) : null, take.rejected ? element("span", { class: "where" }, ` ${take.rejected}`) : null),
    element("audio", { src: take.url, controls: true, preload: "none", "aria-label": name, onplay: event => playAlone(event.target) }),
    take.chosen ? element("span", { class: "where" }, "heard") : button("Choose", () => choose(sound, take), { class: "small", "aria-label": `Choose ${name}` }));
}

/** One is listened to at a time. */
function playAlone(audio) {
  for (const one of document.querySelectorAll("#dialog audio")) if (one !== audio) one.pause();
}
