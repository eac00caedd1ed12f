// Everything that the page needs, kept at the first visit: afterwards it works without a network. A new version is
// fetched whole before it takes over, and is used from the next visit on; the old one is deleted then.

const files = new URL("./files.json", location.href);

addEventListener("install", event => event.waitUntil((async () => {
  const { version, paths } = await (await fetch(files, { cache: "no-store" })).json();
  const store = await caches.open(nameOf(version));
  await store.addAll(paths.map(path => new Request(path, { cache: "no-cache" })));
  await skipWaiting();
})()));

addEventListener("activate", event => event.waitUntil((async () => {
  const { version } = VERSION;
  for (const name of await caches.keys()) if (name.startsWith(nameOf("")) && name !== nameOf(version)) await caches.delete(name);
  await clients.claim();
})()));

addEventListener("fetch", event => {
  if (event.request.method !== "GET" || new URL(event.request.url).origin !== location.origin) return;
  event.respondWith((async () => await (await caches.open(nameOf(VERSION.version))).match(event.request, { ignoreSearch: true }) ?? fetch(event.request))());
});

const nameOf = version => `playground ${version}`;
