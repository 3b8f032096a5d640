// Says so when the server cannot be reached. It keeps one page and nothing of anyone's; a form that
// cannot be sent stays on the screen as it was typed.
const KEPT = "desk-1";

self.addEventListener("install", (event) => event.waitUntil(
  caches.open(KEPT).then((kept) => kept.add(new Request("/offline", { cache: "reload", credentials: "omit" }))).then(() => self.skipWaiting())));

self.addEventListener("fetch", (event) => {
  if (event.request.mode === "navigate") event.respondWith(fetch(event.request).catch(() => away(event.request)));
  // What a page says while it is left would be lost with it: it is sent from here.
  else if (event.request.keepalive) event.respondWith(fetch(event.request));
});

async function away(request) {
  if (request.method === "GET") return (await caches.match("/offline")) ?? Response.error();
  for (const page of await self.clients.matchAll({ type: "window" })) if (page.focused) page.postMessage("offline");
  return new Response(null, { status: 204 }); // the page stays
}
