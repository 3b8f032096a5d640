// Keys. An element that carries data-key="e" is clicked, or focused if one types into it, when the
// key is pressed; data-key="g i" wants two keys in a row. In a text only Ctrl/⌘+Enter and Escape
// act, and Ctrl/⌘+K for the palette; nothing acts while an input method is composing: Enter then chooses a word. A form with
// data-mod-enter is sent by Ctrl/⌘+Enter; data-key="escape" is pressed by Escape. data-key-too names
// a second key for the same.
const TYPED_INTO = "input:not([type=checkbox], [type=radio], [type=button], [type=submit]), textarea, select, [contenteditable]";
const PAUSE = 1200; // milliseconds between the two keys of a pair

let first = "";
let since = 0;

export const typing = (target) => target.closest?.(TYPED_INTO) != null;
export const composing = (event) => event.isComposing || event.keyCode === 229;
export const modified = (event) => event.ctrlKey || event.metaKey || event.altKey;

export function singleKeys() {
  try {
    return localStorage.getItem("desk-keys") !== "off";
  } catch {
    return true;
  }
}

export const reachable = (element) => !element.disabled && (element.closest("span[hidden]") || element.checkVisibility());

function holder(keys) {
  const all = document.querySelectorAll(`[data-key="${CSS.escape(keys)}"], [data-key-too="${CSS.escape(keys)}"]`);
  return [...all].find(reachable);
}

export function act(element) {
  if (!typing(element)) return element.click();
  element.focus();
  element.select?.();
}

function pressed(key) {
  const pair = performance.now() - since < PAUSE ? holder(`${first} ${key}`) : undefined;
  first = key;
  since = performance.now();
  return pair ?? holder(key);
}

function send(event) {
  const form = event.target.closest?.("form[data-mod-enter]");
  if (!form) return;
  event.preventDefault();
  form.requestSubmit(form.querySelector("[type=submit]:not(:disabled), button:not([type]):not(:disabled)"));
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || composing(event)) return;
  if (event.key === "k" && (event.ctrlKey || event.metaKey) && !event.altKey && document.getElementById("shortcuts")) {
    event.preventDefault();
    return import("./palette.js").then((palette) => palette.open());
  }
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) return send(event);
  if (event.key === "Escape" && typing(event.target)) return event.target.blur();
  if (modified(event) || typing(event.target) || event.repeat || !singleKeys()) return;
  if (event.key === "?") {
    event.preventDefault();
    return document.getElementById("shortcuts")?.togglePopover();
  }
  if (event.key.length !== 1 && event.key !== "Escape") return;
  const element = pressed(event.key.toLowerCase());
  if (!element) return;
  if (event.key !== "Escape") event.preventDefault(); // Escape closes an open popover as well
  act(element);
});

for (const box of document.querySelectorAll("[data-keys-switch]")) {
  box.checked = singleKeys();
  box.addEventListener("change", () => {
    try {
      localStorage.setItem("desk-keys", box.checked ? "on" : "off");
    } catch { /* then they stay on */ }
  });
}
