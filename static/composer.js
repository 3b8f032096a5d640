// The composer: prepared answers go into the text, tabs change without losing either draft, the
// time in which a reply can be taken back is counted down. The server decides everything else.
import { composing } from "./keys.js";

const body = () => document.getElementById("body");
const form = () => document.getElementById("reply-form");

function show(mode) {
  const tab = document.querySelector(`.mode-tab[data-mode="${mode}"]`);
  if (tab && tab.getAttribute("aria-selected") !== "true") tab.click();
}

// Into an empty text as it is; into a begun one where the cursor stands.
function insert(link) {
  const text = body();
  if (!text) return;
  show(document.querySelector(".mode-tab").dataset.mode);
  text.focus();
  if (text.value.trim() === "") text.value = link.dataset.text;
  else text.setRangeText(link.dataset.text, text.selectionStart, text.selectionEnd, "end");
  form().elements.answer_id.value = link.dataset.answer;
  link.closest("[popover]")?.hidePopover();
  text.dispatchEvent(new CustomEvent("preview"));
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-insert]");
  if (link) {
    event.preventDefault();
    return insert(link);
  }
  const tab = event.target.closest(".mode-tab[role]");
  if (tab) {
    event.preventDefault();
    // tabs.js shows the panel in the same event, before or after this
    queueMicrotask(() => document.getElementById(tab.getAttribute("aria-controls"))?.querySelector("textarea")?.focus());
  }
  const copier = event.target.closest("[data-copy]");
  if (copier) navigator.clipboard.writeText(copier.dataset.copy).then(() => { copier.querySelector("span").textContent = copier.dataset.done; });
});

// Enter in the search of answers takes the first one.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.matches?.("[data-takes-first]")) return;
  event.preventDefault();
  if (!composing(event)) document.querySelector("#answers-list [data-insert]")?.click();
}, true);

document.addEventListener("toggle", (event) => {
  if (event.target.id === "answers-menu" && event.newState === "open") document.getElementById("answers-q").focus();
}, true);

function arm() {
  for (const words of document.querySelectorAll("[data-countdown]")) {
    if (words.dataset.until) continue;
    words.dataset.until = performance.now() + Number(words.dataset.countdown) * 1000;
  }
  // Only a page that came over HTTPS, or from this machine, may write to the clipboard.
  if (navigator.clipboard) for (const button of document.querySelectorAll("[data-copy][hidden]")) button.hidden = false;
  for (const button of document.querySelectorAll(".script-hide")) button.hidden = true;
}

function count() {
  for (const words of document.querySelectorAll("[data-until]")) {
    const left = Math.ceil((Number(words.dataset.until) - performance.now()) / 1000);
    words.textContent = left > 0 ? words.dataset.words.replace("{s}", left) : "";
  }
}

// What was added is not still waiting to be added.
document.addEventListener("htmx:after:request", (event) => {
  const { sourceElement, response } = event.detail.ctx;
  if (sourceElement.matches?.("form[data-reset]") && response?.raw.ok) sourceElement.reset();
});

// A draft is not lost by closing the page without thinking.
addEventListener("beforeunload", (event) => {
  const written = [body(), document.getElementById("note")].some((text) => text && text.value.trim() !== text.defaultValue.trim());
  if (written && !("sending" in document.body.dataset || "drafts" in document.body.dataset)) event.preventDefault();
});
document.addEventListener("submit", () => { document.body.dataset.sending = ""; });
document.addEventListener("htmx:finally:request", () => { delete document.body.dataset.sending; });

document.addEventListener("htmx:after:swap", () => { arm(); count(); });
setInterval(count, 500);
arm();
count();
