// A browser's own notification when an alert was told and nobody looks at the page. It is asked
// for on a click, kept for this browser, and says which ticket, never who wrote or what.
const KEY = "desk-alerts";
const card = document.getElementById("browser-alerts");
const bell = () => document.getElementById("bell");

function stored(name) {
  try {
    return localStorage.getItem(name) === "on";
  } catch {
    return false; // storage may be closed to us
  }
}

function store(name, on) {
  try {
    if (on) localStorage.setItem(name, "on");
    else localStorage.removeItem(name);
  } catch { /* then it lasts for no other page */ }
}

const KINDS = ["assigned", "message"].map((kind) => [kind, `${KEY}-${kind}`]);

async function tell(address) {
  const answer = await fetch(address, { headers: { Accept: "application/json" } });
  if (answer.status !== 200) return;
  const { id, text, link } = await answer.json();
  // Several tabs may say it: one with the tag of another takes its place.
  const shown = new Notification(text, { tag: `desk-alert-${id}`, icon: "/static/favicon.svg" });
  shown.onclick = () => {
    window.focus();
    location.assign(link);
    shown.close();
  };
}

document.addEventListener("news", (event) => {
  if (!bell() || !document.hidden || !stored(KEY) || window.Notification?.permission !== "granted") return;
  const [topic, id] = event.detail.split(" ");
  const kinds = KINDS.filter(([, name]) => stored(name)).map(([kind]) => kind);
  if (topic === "alert" && id === bell().dataset.me) tell(bell().dataset.latest).catch(() => {}); // the bell says it too
  else if (topic === "ticket" && kinds.length) tell(`/alerts/tickets/${id}?kinds=${kinds}`).catch(() => {});
});

function draw() {
  const may = window.Notification?.permission;
  const on = stored(KEY) && may === "granted";
  const state = !may ? "none" : may === "denied" ? "denied" : on ? "on" : "ask";
  const words = { none: "wordsNone", denied: "wordsDenied", on: "wordsOn", ask: "wordsAsk" };
  card.querySelector("[role=status]").textContent = card.dataset[words[state]];
  card.querySelector("[data-do=on]").hidden = state !== "ask";
  card.querySelector("[data-do=off]").hidden = state !== "on";
  card.querySelector("[data-choices]").hidden = state !== "on";
}

if (card) {
  card.hidden = false;
  card.querySelector("[data-do=on]").addEventListener("click", async () => {
    store(KEY, await Notification.requestPermission() === "granted");
    draw();
  });
  card.querySelector("[data-do=off]").addEventListener("click", () => {
    store(KEY, false);
    draw();
  });
  for (const [kind, name] of KINDS) {
    const box = card.querySelector(`[data-choice=${kind}]`);
    box.checked = stored(name);
    box.addEventListener("change", () => store(name, box.checked));
  }
  draw();
}
