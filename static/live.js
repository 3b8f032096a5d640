// Live pages. The server says "ticket 42" when ticket 42 changed; an element that carries
// data-live="ticket:42" (or "ticket" for any) gets the event "live" and, with hx-trigger="live",
// fetches itself again. One stream serves all tabs of a browser where it can; without a stream the
// page looks by itself every 20 seconds, with one every minute, because time passes too.
const POLL = 20_000;
const TICK = 60_000;
const GATHER = 300; // milliseconds in which several pieces of news make one fetch
const address = document.body.dataset.liveStream;
const channel = "BroadcastChannel" in window ? new BroadcastChannel("desk-live") : null;

let heardAt = -Infinity; // when the stream last gave a sign, in this tab or another
let lookedAt = Date.now();
let waiting = new Set();
let timer = 0;

const matches = (element, news) => element.dataset.live.split(" ").some((token) =>
  news.has("*") || news.has(token) || [...news].some((line) => line.startsWith(`${token}:`)));

function fetchAgain() {
  timer = 0;
  if (document.hidden) return; // kept in `waiting` until somebody looks
  const news = waiting;
  waiting = new Set();
  if (news.has("*")) lookedAt = Date.now();
  for (const element of document.querySelectorAll("[data-live]")) {
    if (matches(element, news)) element.dispatchEvent(new CustomEvent("live"));
  }
}

function note(line) {
  waiting.add(line);
  timer ||= setTimeout(fetchAgain, GATHER + Math.random() * GATHER);
}

function hear(line) {
  heardAt = Date.now();
  if (!line) return;
  note(line.replace(" ", ":"));
  document.dispatchEvent(new CustomEvent("news", { detail: line }));
}

function listen(released) {
  const stream = new EventSource(address);
  const tell = (line) => {
    hear(line);
    channel?.postMessage(line);
  };
  stream.onopen = () => tell("");
  stream.onmessage = (event) => tell(event.data);
  stream.addEventListener("here", () => tell(""));
  stream.onerror = () => {
    if (stream.readyState !== EventSource.CLOSED) return; // it tries again by itself
    setTimeout(() => released(), 5 * TICK);
  };
  addEventListener("pagehide", () => stream.close(), { once: true });
}

// Only the tab that holds the lock keeps a stream; when it closes, the next one takes over.
function begin() {
  if (channel && navigator.locks) navigator.locks.request("desk-live", () => new Promise(listen)).then(begin);
  else new Promise(listen).then(begin);
}

function lookAround() {
  const pause = Date.now() - heardAt < POLL ? TICK : POLL;
  if (Date.now() - lookedAt >= pause) note("*");
}

if (address) {
  if (channel) channel.onmessage = (event) => hear(event.data);
  document.addEventListener("visibilitychange", () => { if (!document.hidden && waiting.size) fetchAgain(); });
  addEventListener("pageshow", (event) => { if (event.persisted) note("*"); });
  setInterval(lookAround, 5_000);
  begin();
}
