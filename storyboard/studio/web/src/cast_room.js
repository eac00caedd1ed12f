// The cast: who and where, with their pictures and the clips that they are in, and what is heard. What is missing is made
// from here; of several takes one is chosen by a click.

import { Refused, ask } from "#api";
import { soundSections } from "./cast_sounds.js";
import { button, count, element, isShown, openDialog } from "./dom.js";
import { showMakePlan } from "./make_plan.js";
import { changes } from "./takes.js";

export const TITLE = "Cast";
const KINDS = [["character", "Characters"], ["prop", "Props"], ["location", "Places"]];
const TO_MAKE = new Set(["new", "put back"]);
/** Of these the plan says more than a word. */
const EXPLAINED = new Set(["blocked", "no look", "rejected", "put back"]);
const COPIES = "candidates";
const SAID = {
  "new": "not made yet", "put back": "made, but its file is gone", "yours": "your own file", "made": "made",
  "unknown": "perhaps paid", "rejected": "needs a look", "no look": "the script does not say how it looks", "blocked": "waits",
};

/** Show the cast. `tell` says something to the person; `editor` is asked for when lines are to be written; `save` saves
 *  the script and says whether it could. */
export async function showCast(tell, editor, save, isNews = false) {
  const { cast, frames, sounds, undeclared, most_takes: most } = await ask("cast");
  if (isNews && !isShown(TITLE)) return;
  const room = { tell, editor, save, again: () => showCast(tell, editor, save) };
  const isMissing = one => TO_MAKE.has(one.action) || one.action === "collected";
  const missing = [[...cast.flatMap(one => one.pictures), ...frames].filter(isMissing).length, sounds.filter(isMissing).length];
  openDialog(TITLE,
    element("div", { class: "cast-head" }, ...head(missing, undeclared, most, room)),
    ...KINDS.map(([kind, title]) => [title, cast.filter(one => one.kind === kind)]).filter(([, found]) => found.length)
      .map(([title, found]) => element("section", { class: "cast-kind" }, element("h3", {}, title), element("div", { class: "cast-row" }, ...found.map(one => person(one, room))))),
    frames.length ? element("section", { class: "cast-kind" }, element("h3", {}, "Frames"), element("div", { class: "pictures" }, ...frames.map(one => pictureCard(one, room)))) : null,
    ...soundSections(sounds, (id, retake) => make(room, [id], retake), (sound, take) => guarded(room, () => chooseSound(sound, take, room))),
    cast.length ? null : element("p", {}, "Nothing is declared yet. CHARACTER, PROP and LOCATION, each with a look, declare people, things and places."));
}

function head([pictures, sounds], undeclared, most, room) {
  const missing = pictures + sounds;
  const copies = element("select", { onchange: () => localStorage.setItem(COPIES, copies.value) },
    ...Array.from({ length: most }, (_, at) => at + 1).map(one => element("option", { value: one, selected: one === wanted() }, String(one))));
  return [
    element("p", {}, missing ? `${[pictures && count(pictures, "picture"), sounds && count(sounds, "sound")].filter(Boolean).join(" and ")} of the script ${missing === 1 ? "is" : "are"} not there yet.` : "Every picture and sound that the script names is there."),
    element("div", { class: "actions start" },
      undeclared.length ? button(undeclared.length === 1 ? `Name a picture for ${undeclared[0]}` : `Name pictures for ${undeclared.length} without one`, () => guarded(room, () => declare(room))) : null,
      element("label", {}, "Takes of each ", copies),
      missing ? button("Make what is missing…", () => make(room)) : null),
  ];
}

const wanted = () => Number(localStorage.getItem(COPIES) ?? 2);

const make = (room, names = [], retake = false) => guarded(room, () => showMakePlan({ ...room, again: () => guarded(room, room.again) }, wanted(), names, retake));

const guarded = (room, work) => work().catch(problem => {
  if (!(problem instanceof Refused)) throw problem;
  room.tell(problem.message);
});

/** Write the lines that name the missing pictures, as one step that can be undone. */
async function declare(room) {
  const editor = room.editor();
  if (!editor) return;
  await editor.settled();
  const { text } = await ask("declare");
  if (text == null) throw new Refused("They are declared in another file: name their pictures there.");
  editor.replace(text);
  await room.save();
  await room.again();
}

function person(one, room) {
  const clips = one.clips.length ? one.clips.join(", ") : "no clip yet";
  return element("article", { class: "person", "data-pictures": Math.min(one.pictures.length, 3), "aria-label": one.name },
    element("h4", {}, one.name),
    one.look ? element("p", { class: "look" }, one.look) : null,
    element("p", { class: "where" }, `In ${clips}`),
    one.pictures.length ? element("div", { class: "pictures" }, ...one.pictures.map(picture => pictureCard(picture, room)))
      : element("p", { class: "where" }, "No picture is named: described in words only."));
}

function pictureCard(picture, room) {
  const others = picture.takes.length > 1 || picture.takes.some(one => !one.chosen), chosen = picture.takes.find(one => one.chosen);
  const state = picture.running ? "being made" : picture.unknown ? "perhaps paid" : chosen?.changed ? "its words have changed since" : SAID[picture.action] ?? picture.action;
  const press = retake => make(room, [picture.id], retake);
  const maker = picture.running || picture.unknown || picture.action === "yours" ? null
    : TO_MAKE.has(picture.action) ? button("Make…", () => press(false), { class: "small", "aria-label": `Make… ${picture.id}` })
    : picture.takes.length ? button("Retake…", () => press(true), { class: "small", "aria-label": `Retake… ${picture.id}` }) : null;
  return element("figure", { class: `picture-card ${picture.shape}` },
    picture.url ? element("img", { src: picture.url, alt: `${picture.id}, ${state}`, loading: "lazy" }) : element("div", { class: "no-picture", role: "img", "aria-label": `${picture.id}, ${state}` }),
    element("figcaption", {}, element("strong", {}, picture.what), element("span", { class: "where" }, ` ${state}`),
      EXPLAINED.has(picture.action) && picture.why ? element("div", { class: "where" }, picture.why) : null),
    element("div", { class: "actions start" }, maker, others ? button("Compare", () => compare(picture, room), { class: "small", "aria-label": `Compare the takes of ${picture.id}` }) : null),
    others ? element("div", { class: "candidates", role: "group", "aria-label": `Takes of ${picture.id}` }, ...picture.takes.map(take => candidate(picture, take, room))) : null);
}

const wordsOf = take => `Take ${take.number}${take.chosen ? ", chosen" : ""}${take.rejected ? `, ${take.rejected}` : ""}${take.changed ? ", from an older text" : ""}`;

const choose = (picture, take, room) => guarded(room, async () => {
  const { clips } = await ask("choose-picture", { picture: picture.id, number: take.number });
  await room.again();
  room.tell(clips.length ? `${clips.join(", ")} ${clips.length === 1 ? "was" : "were"} made with the previous picture; the next render makes ${clips.length === 1 ? "it" : "them"} again.` : `Take ${take.number} is ${picture.file} now.`);
});

/** Let a take of a sound be heard. */
async function chooseSound(sound, take, room) {
  await ask("choose-sound", { sound: sound.id, number: take.number });
  await room.again();
  room.tell(`Take ${take.number} of ${sound.id} is what is heard now.`);
}

function candidate(picture, take, room) {
  return element("div", { class: "candidate" },
    element("button", { type: "button", onclick: () => choose(picture, take, room), "aria-pressed": String(take.chosen), "aria-label": `Take ${take.number} of ${picture.id}`, title: wordsOf(take) },
      element("img", { src: take.url, alt: "", loading: "lazy" }), element("span", {}, `Take ${take.number}`)));
}

/** The takes of a picture side by side, large. */
function compare(picture, room) {
  const { actions } = openDialog(`Takes of ${picture.id}`, element("div", { class: "large" }, ...picture.takes.map(take =>
    element("figure", { class: `take${take.chosen ? " chosen" : ""}` },
      element("img", { src: take.url, alt: wordsOf(take) }),
      element("figcaption", {}, element("strong", {}, `Take ${take.number}`), ` ${[take.chosen ? "in its place" : "", take.rejected].filter(Boolean).join("; ")}`),
      take.chosen ? null : button("Choose", () => choose(picture, take, room), { "aria-label": `Choose take ${take.number}` }),
      element("details", {}, element("summary", {}, take.changed ? "What has changed since" : "The words it was made from"), changes(take.prompt, picture.prompt))))));
  actions.append(button("Back to the cast", () => guarded(room, room.again)));
}
