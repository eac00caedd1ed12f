// Everything that the page needs, kept at the first visit: afterwards it works without a network. VERSION and FILES are
// written in front of this when the page is built. A new version is fetched whole before it takes over, and the old one
// goes.

const PREFIX = "playground ", NAME = PREFIX + VERSION;

addEventListener("install", event => event.waitUntil((async () => {
  await (await caches.open(NAME)).addAll(FILES.map(path => new Request(path, { cache: "no-cache" })));
  await skipWaiting();
})()));

addEventListener("activate", event => event.waitUntil((async () => {
  for (const name of await caches.keys()) if (name.startsWith(PREFIX) && name !== NAME) await caches.delete(name);
  await clients.claim();
})()));

addEventListener("fetch", event => {
  if (event.request.method !== "GET" || new URL(event.request.url).origin !== location.origin) return;
  event.respondWith((async () => await (await caches.open(NAME)).match(event.request, { ignoreSearch: true }) ?? fetch(event.request))());
});
