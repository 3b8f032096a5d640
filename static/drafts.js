// What is written is kept on the server: after a pause, on leaving, and when the server is back.
// Until then it is kept in this browser; nothing typed is lost.
const PAUSE = 1200;
const AGAIN = 8_000;
const boxes = () => [...document.querySelectorAll("#body, #note")];
const lineOf = (box) => box.form?.querySelector(".draft-line");
const placeOf = (box) => `desk-draft:${lineOf(box).dataset.mine}`;
const saved = {}; // by a box's id: the words the server has
const timers = {};
const flags = document.body.dataset;

function store(box, text) {
  try {
    if (text === undefined) localStorage.removeItem(placeOf(box));
    else localStorage.setItem(placeOf(box), JSON.stringify({ text, at: Date.now() }));
  } catch { /* then leaving the page asks first */ }
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
  if (!box.isConnected || text === saved[box.id] || "sending" in flags) return;
  const answer = await fetch(lineOf(box).dataset.save, { method: "POST", body: formOf(box), headers: { "HX-Request": "true" } }).catch(() => null);
  const line = lineOf(box);
  if (!box.isConnected || !line) return;
  if (!answer?.ok) {
    store(box, text);
    delete flags.drafts;
    if (answer?.status === 422) return line.replaceWith(drawn(await answer.text()));
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
  return line;
}

// A form that was drawn begins with what the server has; what only this browser has comes on top.
function begin() {
  for (const box of boxes()) {
    const line = lineOf(box);
    if (!line || line.dataset.begun) continue;
    line.dataset.begun = "1";
    if (!(box.id in saved) || !box.value) saved[box.id] = line.dataset.kept ? box.value : "";
    const mine = JSON.parse(localStorage.getItem(placeOf(box)) ?? "null");
    if (mine?.text === box.value) store(box);
    if (!mine || mine.text === box.value || (box.value && Date.parse(line.dataset.kept) > mine.at)) continue;
    box.value = mine.text;
    box.dispatchEvent(new CustomEvent("preview"));
    save(box);
  }
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
document.addEventListener("submit", ({ target }) => { for (const box of boxes()) if (box.form === target) clearTimeout(timers[box.id]); });
document.addEventListener("htmx:after:swap", begin);
addEventListener("online", () => boxes().forEach(save));
document.addEventListener("visibilitychange", () => { if (document.hidden) boxes().forEach(save); });
addEventListener("pagehide", () => {
  for (const box of boxes()) {
    if (box.value === saved[box.id] || "sending" in flags) continue;
    store(box, box.value);
    navigator.sendBeacon(lineOf(box).dataset.save, formOf(box));
  }
});
flags.drafts = "";
begin();
