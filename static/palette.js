// The command palette, loaded when first asked for. The server draws where one can go; the page's
// own deeds, each data-key in reach, are added here. Typing narrows: kana, width and case do not
// matter, nor a syllable half typed.
import { act, composing, reachable } from "./keys.js";
import { show } from "./toasts.js";

const dialog = document.body.appendChild(document.createElement("dialog"));
dialog.className = "palette";
let chosen; // the option Enter takes
let deeds = [];

const find = (part) => dialog.querySelector(part);
const all = () => [...dialog.querySelectorAll("[role=option]:not([hidden])")];
const fold = (text) => text.normalize("NFKC").toLowerCase().replace(/[ァ-ヶ]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) - 96));

function name(element) {
  const copy = element.cloneNode(true);
  copy.querySelectorAll("kbd, .count, .badge").forEach((part) => part.remove());
  return element.ariaLabel || (element.labels?.[0] ?? copy).textContent.trim();
}

function addDeeds() {
  const keys = new Set();
  deeds = [...document.querySelectorAll("[data-key]")].filter((it) =>
    !it.closest("span[hidden]") && reachable(it) && name(it) && !keys.has(it.dataset.key) && keys.add(it.dataset.key));
  deeds.forEach((it, place) => {
    const option = find("#palette-search").cloneNode(true);
    option.id = `palette-deed-${place}`;
    Object.assign(option.dataset, { deed: place, words: fold(name(it)) });
    option.children[1].textContent = name(it);
    option.append(Object.assign(document.createElement("kbd"), { textContent: it.dataset.key.toUpperCase() }));
    find("[data-deeds]").append(option);
  });
}

function mark(option) {
  chosen?.setAttribute("aria-selected", false);
  chosen = option;
  option.setAttribute("aria-selected", true);
  option.scrollIntoView({ block: "nearest" });
  find("input").setAttribute("aria-activedescendant", option.id);
}

function narrow() {
  const typed = find("input").value.trim();
  const words = fold(typed).replace(/(?<=[ぁ-ん])[a-z]+$/, "").split(/\s+/);
  for (const it of dialog.querySelectorAll("[data-words]")) it.hidden = !words.every((word) => it.dataset.words.includes(word));
  for (const group of dialog.querySelectorAll("[role=group]")) group.hidden = !group.querySelector("[role=option]:not([hidden])");
  const last = find("#palette-search");
  const number = /^#?(\d+)$/.exec(fold(typed))?.[1];
  last.parentElement.hidden = last.hidden = !typed;
  last.children[1].textContent = number ? last.dataset.number.replace("{n}", number) : last.dataset.search.replace("{q}", () => typed);
  mark(all()[0]);
}

function take(option) {
  if (!option) return;
  dialog.close();
  const { link, deed } = option.dataset;
  if (deed) act(deeds[deed]);
  else location.assign(option.id === "palette-search" ? `${link}?q=${encodeURIComponent(find("input").value)}` : link);
}

export async function open() {
  if (dialog.open) return dialog.close();
  try {
    const recent = sessionStorage.getItem("desk-recent") ?? "";
    const answer = await fetch(`/palette?recent=${recent}`, { headers: { "HX-Request": "true" } });
    if (!answer.ok) throw answer;
    dialog.innerHTML = await answer.text();
  } catch {
    return show({ text: document.body.dataset.wordsOffline, tone: "danger", stay: true });
  }
  document.querySelectorAll(":popover-open").forEach((it) => it.hidePopover());
  addDeeds();
  dialog.showModal();
  narrow();
}

dialog.addEventListener("input", narrow);
dialog.addEventListener("click", (event) => event.target === dialog ? dialog.close() : take(event.target.closest("[role=option]")));
dialog.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (composing(event) || (!step && event.key !== "Enter")) return;
  event.preventDefault();
  if (step) mark(all().at((all().indexOf(chosen) + step) % all().length));
  else take(chosen);
});
