// The board in the page: it is told which pieces it holds now and gets those that are new, and changes nothing else.
// So focus, selection, a running clip and the place on the screen stay as they are.

const single = main => `
<a class="skip" href="#film">To the first scene</a>
<div data-place="arrow_store"></div>
<header class="cover"><div data-place="cover"></div><div data-place="film_bar"></div><div data-place="tally"></div></header>
<${main}>
<div data-place="cast"></div>
<section id="film" aria-labelledby="h-film"><h2 id="h-film" class="visually-hidden">The film</h2>
<div data-place="empty"></div><div data-place="scenes"></div></section>
</${main}>
<footer data-place="footer"></footer>`;

// All HTML comes from templates that escape what a script says.
const policy = window.trustedTypes?.createPolicy("board", { createHTML: text => text }) ?? { createHTML: text => text };

function parsed(html, tag = "div") {
  const made = document.createElement(tag);
  made.innerHTML = policy.createHTML(html);
  return made;
}

export class Board {
  /** `root` is where the board is shown, `scroller` what scrolls it, `main` the element of its middle part: another one
   *  where the page has a main part of its own. `decorate` may add to each part of the page before it is shown. */
  constructor(root, scroller = document.scrollingElement, main = "main", decorate = () => {}) {
    this.root = root;
    this.decorate = decorate;
    this.scroller = scroller;
    this.pieces = new Map();
    this.shown = new Map();  // the name of the piece that each place shows
    root.append(...parsed(single(main)).childNodes);
    this.places = Object.fromEntries([...root.querySelectorAll("[data-place]")].map(one => [one.dataset.place, one]));
  }

  /** Show what an update says: `order` is what there is now, `new` are the pieces that were not there before. */
  apply({ order, new: news }) {
    for (const [name, piece] of Object.entries(news)) this.pieces.set(name, piece);
    const place = this.#place();
    for (const [name, piece] of Object.entries(order.single)) this.#single(name, piece);
    this.#scenes(order.scenes);
    if (place) this.scroller.scrollTop += place.element.getBoundingClientRect().top - place.top;
    this.#forget(order);
  }

  #single(place, name) {
    const target = this.places[place];
    if (!target || this.shown.get(place) === name) return;
    this.shown.set(place, name);
    const made = parsed(this.pieces.get(name).html, target.localName);
    this.decorate(made);
    morphChildren(target, made);
  }

  #scenes(scenes) {
    const target = this.places.scenes;
    const old = [...target.children];
    const byName = new Map(old.map(one => [one.dataset.name, one]));
    const byKey = new Map();
    for (const one of old) for (const panel of panelsOf(one).children) byKey.set(panel.dataset.key, one);
    const taken = new Set();
    // First those that are unchanged, then those that hold a panel of before, then whichever stands in the place.
    const found = scenes.map(([name]) => claim(byName.get(name), taken));
    scenes.forEach(([name], at) => {
      if (found[at]) return;
      const keys = this.pieces.get(name).panels.map(panel => this.pieces.get(panel).key);
      found[at] = claim(keys.map(key => byKey.get(key)).find(one => one && !taken.has(one)), taken);
    });
    scenes.forEach((scene, at) => {
      const after = at ? found[at - 1] : null;
      const next = after ? after.nextElementSibling : target.firstElementChild;
      if (!found[at]) found[at] = claim(next, taken) ?? document.createElement("div");
    });
    for (const one of old) if (!taken.has(one)) one.remove();
    let next = target.firstElementChild;
    scenes.forEach(([name, start], at) => {
      const chapter = found[at];
      if (chapter === next) next = next.nextElementSibling;
      else target.insertBefore(chapter, next);
      this.#scene(chapter, name, start);
    });
  }

  #scene(chapter, name, start) {
    if (chapter.dataset.name !== name) {
      const { html, panels } = this.pieces.get(name);
      const made = parsed(html);
      made.className = "chapter";
      made.dataset.name = name;
      morph(chapter, made);
      this.#panels(panelsOf(chapter), panels, start);
    }
    if (chapter.dataset.start !== String(start)) {
      chapter.dataset.start = start;
      setClocks(chapter, start);
    }
  }

  #panels(target, names, start) {
    const old = [...target.children];
    const taken = new Set();
    const pieces = names.map(name => this.pieces.get(name));
    const byName = new Map(old.map(one => [one.dataset.name, one]));
    const byKey = Map.groupBy(old, one => one.dataset.key);
    const found = names.map(name => claim(byName.get(name), taken));
    pieces.forEach(({ key }, at) => {
      found[at] ??= claim(byKey.get(key)?.find(one => !taken.has(one)), taken);
    });
    names.forEach((name, at) => {
      const next = at ? found[at - 1]?.nextElementSibling : target.firstElementChild;
      found[at] ??= claim(next, taken) ?? document.createElement("article");
    });
    for (const one of old) if (!taken.has(one)) one.remove();
    let next = target.firstElementChild;
    names.forEach((name, at) => {
      const panel = found[at];
      if (panel === next) next = next.nextElementSibling;
      else target.insertBefore(panel, next);
      if (panel.dataset.name === name) return;
      const made = parsed(pieces[at].html).firstElementChild;
      this.decorate(made);
      setClocks(made, start);
      Object.assign(made.dataset, { name, key: pieces[at].key });
      morph(panel, made);
    });
  }

  /** What stands at the top of the screen, and where: what is above it may grow or shrink. */
  #place() {
    if (!this.scroller.scrollTop) return null;
    const frame = this.scroller === document.scrollingElement ? { left: 0, top: 0, width: innerWidth } : this.scroller.getBoundingClientRect();
    for (const down of [8, 60, 160]) {
      const hit = document.elementFromPoint(frame.left + frame.width / 3, frame.top + down);
      const element = hit?.closest(".panel, .card, .scene, .chapter, header");
      if (element && this.root.contains(element)) return { element, top: element.getBoundingClientRect().top };
    }
    return null;
  }

  #forget({ single, scenes }) {
    const held = new Set(Object.values(single));
    for (const [name] of scenes) {
      held.add(name);
      for (const panel of this.pieces.get(name).panels) held.add(panel);
    }
    for (const name of [...this.pieces.keys()]) if (!held.has(name)) this.pieces.delete(name);
  }
}

function claim(element, taken) {
  if (!element || taken.has(element)) return undefined;
  taken.add(element);
  return element;
}

const panelsOf = chapter => chapter.querySelector(":scope > .scene > .panels");

function setClocks(root, start) {
  for (const one of root.querySelectorAll("[data-at]")) one.textContent = `at ${clock(start + Number(one.dataset.at))}`;
}

/** A length in whole seconds: 0:05, 1:05, and 1:00:05 from an hour on. */
export function clock(seconds) {
  const two = number => String(number).padStart(2, "0");
  const minutes = Math.floor(seconds / 60), hours = Math.floor(minutes / 60);
  return hours ? `${hours}:${two(minutes % 60)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

/** Make an element what another one is, and touch only what differs. The panels of a scene are seen to one by one. */
function morph(old, made) {
  for (const { name } of [...old.attributes]) if (!made.hasAttribute(name)) old.removeAttribute(name);
  for (const { name, value } of made.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  if (!old.classList.contains("panels")) morphChildren(old, made);
}

function morphChildren(old, made) {
  const from = [...old.childNodes], to = [...made.childNodes];
  let head = 0, tail = 0;
  const most = Math.min(from.length, to.length);
  while (head < most && isAlike(from[head], to[head])) head++;
  while (tail < most - head && isAlike(from.at(-1 - tail), to.at(-1 - tail))) tail++;
  for (const one of from.slice(head, from.length - tail)) one.remove();
  const next = from[from.length - tail] ?? null;
  for (const one of to.slice(head, to.length - tail)) old.insertBefore(one, next);
  for (let at = 0; at < head; at++) become(from[at], to[at]);
  for (let at = 1; at <= tail; at++) become(from.at(-at), to.at(-at));
}

function isAlike(one, other) {
  return one.nodeName === other.nodeName && one.classList?.[0] === other.classList?.[0];
}

function become(old, made) {
  if (old.nodeType !== Node.ELEMENT_NODE) {
    if (old.nodeValue !== made.nodeValue) old.nodeValue = made.nodeValue;
  } else if (!old.isEqualNode(made)) morph(old, made);
}
