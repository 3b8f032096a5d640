// Short sentences at the foot of the page. htmx brings them as the event "toasts" (HX-Trigger).
const SHOWN_FOR = 8000; // milliseconds; those with data-stay wait to be closed
const region = document.getElementById("toasts");
const words = document.body.dataset;

function arm(toast) {
  const button = document.createElement("button");
  button.className = "button";
  button.dataset.size = "small";
  button.dataset.kind = "quiet";
  button.type = "button";
  button.textContent = words.wordsClose ?? "×";
  button.addEventListener("click", () => toast.remove());
  toast.append(button);
  if ("stay" in toast.dataset) return;
  let left = setTimeout(() => toast.remove(), SHOWN_FOR);
  toast.addEventListener("pointerenter", () => clearTimeout(left));
  toast.addEventListener("pointerleave", () => { left = setTimeout(() => toast.remove(), SHOWN_FOR); });
}

function undoButton(path) {
  const button = document.createElement("button");
  button.className = "button";
  button.dataset.size = "small";
  button.dataset.key = "z";
  button.type = "button";
  button.textContent = words.wordsUndo ?? "Undo";
  button.addEventListener("click", () => {
    button.closest(".toast").remove();
    htmx.ajax("POST", path, { source: document.body, swap: "none" });
  });
  return button;
}

export function show({ text, tone, undo, stay }) {
  if (!region) return;
  for (const same of region.querySelectorAll(".toast")) if (same.dataset.text === text) same.remove();
  const toast = document.createElement("div");
  toast.className = "toast";
  toast.dataset.text = text;
  if (tone) toast.dataset.tone = tone;
  if (stay) toast.dataset.stay = "";
  toast.append(Object.assign(document.createElement("span"), { textContent: text }));
  if (undo) toast.append(undoButton(undo));
  region.append(toast);
  arm(toast);
}

document.addEventListener("toasts", (event) => event.detail.all.forEach(show));
document.addEventListener("htmx:error", (event) => {
  const abandoned = event.detail?.error?.name === "AbortError";
  const quiet = event.detail?.ctx?.sourceElement?.dataset?.live !== undefined;
  if (!abandoned && !quiet) show({ text: words.wordsOffline, tone: "danger", stay: true });
});
for (const toast of document.querySelectorAll("[data-toast]")) arm(toast);
