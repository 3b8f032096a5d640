// What is written is kept on the server: after a pause, on leaving, and when the server is back.
// Until then it is kept in this browser; nothing typed is lost.
import { ahead } from "./times.js";

const PAUSE = 1200;
const AGAIN = 8_000;
const KEPT_FOR = 30 * 86_400_000; // milliseconds, as the server does
const boxes = () => [...document.querySelectorAll("#body, #note")];
const lineOf = (box) => box.form?.querySelector(".draft-line");
const placeOf = (box) => `desk-draft:${lineOf(box).dataset.mine}`;
const saved = {}; // by a box's id: the words the server has
const timers = {};
const busy = new WeakMap(); // words on their way: the next wait
const flags = document.body.dataset;
let going; // the form that is being sent

// When the server last heard of it: a draft was kept, or words were sent from whatever browser.
const heardAt = ({ kept, sent }) => Math.max(...[kept, sent].map((it) => Date.parse(it) || 0));

function store(box, text) {
  try {
    const at = Math.max(Date.now() + ahead, heardAt(lineOf(box).dataset) + 1);
    if (text === undefined) localStorage.removeItem(placeOf(box));
    else if (!("leaving" in flags)) localStorage.setItem(placeOf(box), JSON.stringify({ text, at }));
  } catch { /* then leaving asks first */ }
}

function copyAt(place) {
  try {
    return JSON.parse(localStorage.getItem(place));
  } catch {
    return null;
  }
}

function formOf(box) {
  const form = new FormData();
  for (const name of ["csrf_token", "body", "key", "answers", "answer_id"]) form.set(name, box.form.elements[name]?.value ?? "");
  return form;
}

function later(box, pause) {
  clearTimeout(timers[box.id]);
  timers[box.id] = setTimeout(save, pause, box);
}

async function save(box) {
  clearTimeout(timers[box.id]);
  const text = box.value;
  if (!box.isConnected || busy.has(box) || text === saved[box.id] || box.form === going) return;
  const asked = fetch(lineOf(box).dataset.save, { method: "POST", body: formOf(box), headers: { "HX-Request": "true" }, signal: AbortSignal.timeout(AGAIN) }).catch(() => null);
  busy.set(box, asked);
  const answer = await asked;
  busy.delete(box);
  const line = lineOf(box);
  if (!box.isConnected || !line) return;
  if (!answer?.ok) {
    store(box, text);
    delete flags.drafts;
    if (answer?.status === 422) {
      if (box.value !== text) later(box, PAUSE);
      return line.replaceWith(drawn(await answer.text()));
    }
    line.firstElementChild.textContent = line.dataset.failed;
    return later(box, AGAIN);
  }
  saved[box.id] = box.defaultValue = text;
  flags.drafts = "";
  store(box);
  line.replaceWith(drawn(await answer.text()));
  if (box.value !== text) later(box, PAUSE);
}

function drawn(text) {
  const line = new DOMParser().parseFromString(text, "text/html").querySelector(".draft-line");
  line.querySelector(".script-hide").hidden = true;
  line.dataset.begun = "1"; // nothing another window left is put into its box
  return line;
}

// A drawn form begins with what the server has; what only this browser has comes on top.
function begin() {
  for (const box of boxes()) {
    const line = lineOf(box);
    if (!line || line.dataset.begun) continue;
    line.dataset.begun = "1";
    if (!(box.id in saved) || !box.value) saved[box.id] = line.dataset.kept ? box.value : "";
    const mine = copyAt(placeOf(box));
    if (!mine) continue;
    if (mine.text === box.value || heardAt(line.dataset) > mine.at) {
      store(box);
      continue;
    }
    box.value = mine.text;
    box.dispatchEvent(new CustomEvent("preview"));
    save(box);
  }
}

// What nobody came back to stays no longer here than on the server.
function forgetOld() {
  const long = Date.now() + ahead - KEPT_FOR;
  for (const place of Object.keys(localStorage)) if (place.startsWith("desk-draft:") && !(copyAt(place)?.at >= long)) localStorage.removeItem(place);
}

document.addEventListener("input", ({ target }) => { if (boxes().includes(target)) later(target, PAUSE); });
document.addEventListener("preview", ({ target }) => later(target, PAUSE), true);
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-discard]");
  if (!button) return;
  event.preventDefault();
  const box = button.form.querySelector("#body, #note");
  box.value = "";
  box.dispatchEvent(new CustomEvent("preview"));
  save(box);
});
document.addEventListener("submit", ({ target }) => {
  going = target;
  for (const box of boxes()) if (box.form === target) clearTimeout(timers[box.id]);
});
document.addEventListener("htmx:finally:request", ({ detail }) => { if (detail.ctx.sourceElement === going) going = undefined; });
document.addEventListener("htmx:after:swap", begin);
addEventListener("online", () => boxes().forEach(save));
document.addEventListener("visibilitychange", () => { if (document.hidden) boxes().forEach(save); });
addEventListener("pagehide", () => {
  for (const box of boxes()) {
    if (box.value === saved[box.id] || box.form === going) continue;
    store(box, box.value);
    navigator.sendBeacon(lineOf(box).dataset.save, formOf(box));
  }
});
addEventListener("leaving", ({ detail }) => {
  detail.push(...boxes().map(async (box) => {
    await busy.get(box);
    await save(box);
    if (box.value !== saved[box.id]) store(box, box.value);
  }));
});
flags.drafts = "";
try {
  forgetOld();
} catch {
  delete flags.drafts; // storage is closed: leaving asks until the server has the words
}
begin();
