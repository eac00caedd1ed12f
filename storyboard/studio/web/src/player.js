// The cut as it stands, shot by shot in the order of the film: takes where there are some, else the drawn panels.

import { button, element, openDialog } from "./dom.js";

/** Play the film from the panels of a board. `drafts` are the addresses of drafts by shot; `goTo` is called with the shot
 *  whose line is asked for, and whether the person stays in the player; `makeFilm` makes the film itself, with all its sound. */
export function play(board, drafts, goTo, makeFilm) {
  const shots = [...board.querySelectorAll(".panel")].map(panel => ({
    number: panel.id.replace("shot-", ""),
    seconds: Number(panel.dataset.seconds) || 1,
    video: panel.querySelector("video")?.getAttribute("src") ?? drafts[panel.id.replace("shot-", "")],
    isDraft: !panel.querySelector("video"),
    picture: panel.querySelector(".frame .picture"),
    words: [...panel.querySelectorAll(".speech")].map(one => one.innerText.trim()).join("\n"),
  }));
  if (!shots.length) return;
  const screen = element("div", { class: "screen" });
  const bar = element("div", { class: "shots", role: "group", "aria-label": "Shots" }, ...shots.map((shot, at) => {
    const made = button(`Shot ${shot.number}`, () => { show(at); goTo(shot.number, true); }, { class: shot.video && !shot.isDraft ? "" : "draft", title: `Shot ${shot.number}, ${shot.seconds} s` });
    made.style.flexGrow = shot.seconds;
    return made;
  }));
  const line = element("p", { role: "status" });
  const land = button("Go to its line", () => { dialog.close(); goTo(shots[now].number, false); });
  const pause = button("Pause", () => {
    paused = !paused;
    pause.textContent = paused ? "Go on" : "Pause";
    const video = screen.querySelector("video");
    if (video) paused ? video.pause() : video.play();
    else if (paused) clearTimeout(timer); else wait(shots[now].seconds);
  });
  let now = 0, timer = 0, paused = false;
  const { dialog, actions } = openDialog("The cut", element("div", { class: "player" }, screen, bar, line));
  actions.prepend(button("Make the film…", makeFilm, { title: "With transitions, music and speech" }), land, pause);
  dialog.addEventListener("close", () => { clearTimeout(timer); screen.replaceChildren(); }, { once: true });

  function wait(seconds) {
    clearTimeout(timer);
    timer = setTimeout(() => now + 1 < shots.length && dialog.open && show(now + 1), seconds * 1000);
  }

  function show(at) {
    clearTimeout(timer);
    now = at;
    const shot = shots[at];
    [...bar.children].forEach((one, index) => one.setAttribute("aria-current", index === at));
    line.textContent = `Shot ${shot.number}, ${at + 1} of ${shots.length}${!shot.video ? ", drawn" : shot.isDraft ? ", a draft" : ""}`;
    if (shot.video) {
      const [start, end] = shot.video.split("#t=")[1].split(",").map(Number);
      const video = element("video", { src: shot.video, playsinline: true });
      const next = () => { video.removeEventListener("timeupdate", look); if (now === at && at + 1 < shots.length) show(at + 1); };
      const look = () => { if (video.currentTime >= end - 0.05) next(); };
      video.addEventListener("timeupdate", look);
      video.addEventListener("ended", next);
      video.addEventListener("error", () => wait(end - start));
      screen.replaceChildren(video);
      if (!paused) video.play().catch(() => wait(end - start));
      return;
    }
    screen.replaceChildren(pictureOf(shot), ...(shot.words ? [element("p", { class: "words" }, shot.words)] : []));
    if (!paused) wait(shot.seconds);
  }

  show(0);
}

/** What a panel shows, once more: an image, or one that the page composes. */
function pictureOf({ number, picture }) {
  if (picture.localName === "img") return element("img", { src: picture.getAttribute("src"), alt: `Shot ${number}` });
  return picture.cloneNode(true);
}
