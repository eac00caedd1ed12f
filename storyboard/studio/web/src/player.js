// The cut as it stands, shot by shot in the order of the film: takes and drafts where there are some, else the drawn
// panels; under them the film's own sound, as soon as it is mixed. Until then takes are heard as they are.

import { button, element, openDialog } from "./dom.js";

const STRAYED = 0.25;  // seconds by which pictures may be beside the sound

/** What a board without a studio plays: its panels, one after another. */
function drawnCut(panels) {
  let end = 0;
  return {
    shots: panels.map(panel => ({ number: shotOf(panel), begin: end, end: end += Number(panel.dataset.seconds) || 1, url: null })),
    problems: [], unheard: [],
  };
}

const shotOf = panel => panel.id.replace("shot-", "");

let current = null;  // the player that is open: its number, and what hears of its media
let early = [];  // news of players that are not open yet

/** What the studio says of the sound and the animatic of a cut. */
export function hearMedia(made) {
  if (made.number === current?.number) current.hear(made);
  else if (made.number > (current?.number ?? 0)) early.push(made);
}

/** Play the film. `board` has its panels; `cut` is what the studio says of it, null where there is none. `goTo` is called
 *  with the shot whose line is asked for, and whether the person stays in the player; `makeFilm` makes the film itself; `closed`
 *  hears of the player's number for which nothing has to be made any more. */
export function play(board, cut, goTo, makeFilm, closed = () => {}) {
  const panels = [...board.querySelectorAll(".panel")], byShot = new Map(panels.map(one => [shotOf(one), one]));
  const { shots, problems, unheard } = cut ?? drawnCut(panels);
  if (!shots.length) return;
  const screen = new Screen(shots, byShot);
  const clock = new Clock(shots.at(-1).end);
  const bar = element("div", { class: "shots", role: "group", "aria-label": "Shots" }, ...shots.map(shot => {
    const made = button(`Shot ${shot.number}`, () => { clock.seek(shot.begin); goTo(shot.number, true); },
      { class: shot.url && !shot.is_draft ? "" : "draft", title: `Shot ${shot.number}, ${Math.round(shot.end - shot.begin)} s` });
    made.style.flexGrow = shot.end - shot.begin;
    return made;
  }));
  const line = element("p", { role: "status" }), sound = element("p", { class: "where", role: "status" });
  const land = button("Go to its line", () => { dialog.close(); goTo(shots[now].number, false); });
  const pause = button("Pause", () => { if (clock.atEnd) clock.seek(0); clock.isPaused = !clock.isPaused; });
  let now = -1, frame = 0;
  const { dialog, actions } = openDialog("The cut", element("div", { class: "player" }, screen.place, bar, line, sound, ...[...problems, ...unheard].map(one => element("p", { class: "where" }, one))));
  actions.prepend(...[makeFilm && button("Make the film…", makeFilm, { title: "With its transitions and titles" }), land, pause].filter(Boolean));
  dialog.addEventListener("close", () => { cancelAnimationFrame(frame); clock.close(); screen.close(); closed(cut?.player); }, { once: true });

  function show() {
    frame = requestAnimationFrame(show);
    const at = clock.time, found = shots.findLastIndex(one => one.begin <= at + 0.001);
    if (clock.atEnd) clock.isPaused = true;
    const words = clock.isPaused ? clock.atEnd ? "Play again" : "Go on" : "Pause";
    if (pause.textContent !== words) pause.textContent = words;
    screen.show(Math.max(0, found), at, clock);
    if (found === now || found < 0) return;
    now = found;
    [...bar.children].forEach((one, index) => one.setAttribute("aria-current", index === now));
    const shot = shots[now];
    line.textContent = `Shot ${shot.number}, ${now + 1} of ${shots.length}${!shot.url || shot.isDrawn ? ", drawn" : shot.is_draft ? ", a draft" : ""}`;
  }

  show();
  if (!cut) return;
  sound.textContent = "The sound is being mixed; until then takes are heard as they are.";
  const unmixed = why => { sound.textContent = `The sound could not be mixed (${why}). Takes are heard as they are.`; };
  current = {
    number: cut.player,
    hear(made) {
      if (!bar.isConnected) return;
      const { at = {}, url } = made.animatic ?? {};
      for (const shot of shots) if (shot.number in at) Object.assign(shot, { url, at: at[shot.number], isDrawn: true });
      if (made.sound?.failed) unmixed(made.sound.failed);
      else if (made.sound) clock.hear(made.sound.url).then(() => { sound.textContent = made.sound.problems.join("\n"); }, problem => unmixed(problem.message));
    },
  };
  for (const made of early.splice(0)) hearMedia(made);
}

/** The time of the film: that of its sound, where there is one. */
class Clock {
  #sound = null;
  #at = 0;
  #since = performance.now();
  #isPaused = false;

  constructor(length) { this.length = length; }

  /** Whether takes are heard, and not the mix. */
  get hearsTakes() { return !this.#sound; }

  get time() {
    if (this.#sound) return this.#sound.currentTime;
    return Math.min(this.length, this.#at + (this.#isPaused ? 0 : (performance.now() - this.#since) / 1000));
  }

  get atEnd() { return this.#sound?.ended || this.time >= this.length - 0.02; }
  get isPaused() { return this.#isPaused; }

  set isPaused(value) {
    if (value === this.#isPaused) return;
    this.#at = this.time;
    this.#since = performance.now();
    this.#isPaused = value;
    if (value) this.#sound?.pause(); else this.#play();
  }

  seek(second) {
    this.#at = second;
    this.#since = performance.now();
    if (this.#sound) this.#sound.currentTime = second;
  }

  /** Let a sound be heard from now on. */
  async hear(url) {
    const sound = new Audio(url);
    await new Promise((done, fail) => {
      sound.addEventListener("canplay", done, { once: true });
      sound.addEventListener("error", () => fail(new Error("the browser cannot play it")), { once: true });
    });
    sound.currentTime = this.time;
    this.#sound = sound;
    if (!this.#isPaused) this.#play();
  }

  /** A browser that plays no sound by itself waits for the button. */
  #play() { this.#sound?.play().catch(() => { this.#isPaused = true; }); }

  close() {
    this.#isPaused = true;
    this.#sound?.pause();
    this.#sound?.removeAttribute("src");
    this.#sound = null;
  }
}

/** What is seen: the file of a shot, in step with the clock, or its panel. The next file is fetched ahead. */
class Screen {
  #at = -1;
  #videos = new Map();  // by address: the one that is seen, and the next

  constructor(shots, panels) {
    Object.assign(this, { shots, panels, place: element("div", { class: "screen" }) });
  }

  show(at, time, clock) {
    const shot = this.shots[at], video = shot.url && this.#video(shot.url);
    if (at !== this.#at) {
      this.#at = at;
      const next = this.shots.slice(at + 1).find(one => one.url && one.url !== shot.url);
      if (next) this.#video(next.url);
      for (const [url, one] of this.#videos) if (url !== shot.url && url !== next?.url) { one.pause(); this.#videos.delete(url); }
      if (!video) this.place.replaceChildren(...drawn(this.panels.get(shot.number), shot.number));
      for (const one of this.#videos.values()) if (one !== video) one.pause();
    }
    if (video && !video.error && this.place.firstChild !== video && video.readyState > 1) this.place.replaceChildren(video);
    if (!video || video.error) {
      if (video?.isConnected) this.place.replaceChildren(...drawn(this.panels.get(shot.number), shot.number));
      return;
    }
    const wanted = shot.at + time - shot.begin;
    video.muted = !clock.hearsTakes;
    if (!video.seeking && Math.abs(video.currentTime - wanted) > STRAYED && !(video.ended && wanted > video.duration - STRAYED)) video.currentTime = wanted;
    if (clock.isPaused !== video.paused && !video.ended) clock.isPaused ? video.pause() : video.play().catch(() => {});
  }

  #video(url) {
    if (!this.#videos.has(url)) this.#videos.set(url, element("video", { src: url, playsinline: true, preload: "auto" }));
    return this.#videos.get(url);
  }

  close() {
    for (const one of this.#videos.values()) one.pause();
    this.#videos.clear();
    this.place.replaceChildren();
  }
}

/** What a panel shows, once more: an image, or one that the page composes; and what is said in it. */
function drawn(panel, number) {
  const picture = panel?.querySelector(".frame .picture, .frame video");
  if (!picture) return [];
  const poster = picture.localName === "video" ? picture.poster : picture.localName === "img" ? picture.getAttribute("src") : null;
  const words = [...panel.querySelectorAll(".speech")].map(one => one.innerText.trim()).join("\n");
  return [
    poster === null ? picture.cloneNode(true) : element("img", { src: poster, alt: `Shot ${number}` }),
    ...(words ? [element("p", { class: "words" }, words)] : []),
  ];
}
