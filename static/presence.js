// Signs of life: this page shows a ticket, somebody types in it, it was left; and the marks of
// colleagues, asked for again when there is news of them.
const BEAT = 15_000;
const TYPES = 30_000; // milliseconds for which a key counts as being at it
const list = document.getElementById("ticket-list");
const { beat: address, at } = document.getElementById("conversation")?.dataset ?? {};
const token = JSON.parse(document.body.getAttribute("hx-headers:inherited"))["X-CSRFToken"];
let told, typedAt = -Infinity, timer = 0;
const heard = new Set();

function beat(doing = performance.now() - typedAt < TYPES ? "replying" : "viewing") {
  const form = new FormData();
  form.set("doing", told = doing);
  form.set("csrf_token", token);
  navigator.sendBeacon(address, form);
}

async function draw() {
  timer = 0;
  if (document.hidden || !heard.size) return;
  const asked = `?ids=${[...heard]}&head=${heard.has(at) ? at : ""}`;
  heard.clear(); // before it is asked: what is heard meanwhile is asked for next
  const answer = await fetch(list.dataset.here + asked).catch(() => null);
  if (!answer?.ok) return;
  const marks = new DOMParser().parseFromString(await answer.text(), "text/html").querySelectorAll(".here");
  for (const mark of marks) document.getElementById(mark.id)?.replaceWith(mark);
}

document.addEventListener("news", ({ detail }) => {
  const [topic, id] = detail.split(" ");
  if (topic !== "here" || (id !== at && !document.getElementById(`here-${id}`))) return;
  heard.add(id);
  timer ||= setTimeout(draw, 100 + Math.random() * 300);
});
document.addEventListener("visibilitychange", draw);

if (address) {
  beat();
  setInterval(() => { if (!document.hidden) beat(); }, BEAT);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) beat(); });
  document.addEventListener("input", ({ target }) => {
    if (!target.closest("#composer")) return;
    typedAt = performance.now();
    if (told !== "replying") beat();
  });
  document.addEventListener("submit", () => { typedAt = -Infinity; });
  addEventListener("pagehide", () => beat("gone"));
  addEventListener("pageshow", ({ persisted }) => { if (persisted) beat(); });
}
