// @ in a note offers colleagues.
import { composing } from "./keys.js";

const get = (id) => document.getElementById(id);
const on = addEventListener;
let at, all = [];
function mark(to) {
  get("mention-list").hidden = !all.length;
  at = (to + all.length) % all.length;
  all.forEach((it, i) => it.setAttribute("aria-selected", i === at));
  get("note").setAttribute("aria-activedescendant", all[at]?.id ?? "");
}

function offer({ target, isComposing }) {
  if (target.id !== "note" || isComposing) return;
  const typed = /(^|[^\w.+-])[@＠]([^\s@＠]*)$/.exec(target.value.slice(0, target.selectionStart));
  const key = ` ${typed?.[2].normalize("NFKC").toLowerCase()}`;
  all = [...get("mention-list").children].filter((it) => !(it.hidden = !it.dataset.keys.includes(key)));
  mark(0);
}

function put(it) {
  const note = get("note"), end = note.selectionStart;
  note.setRangeText(`${it.dataset.name} `, note.value.slice(0, end).search(/[^@＠]*$/), end, "end");
  close();
}

const close = () => mark(all.length = 0), pick = () => put(all[at]);
const keys = { ArrowDown: () => mark(at + 1), ArrowUp: () => mark(at - 1), Enter: pick, Tab: pick, Escape: close };
on("input", offer);
on("compositionend", offer);
on("keydown", (e) => {
  if (!all.length || e.target.id !== "note" || composing(e) || e.ctrlKey || e.metaKey || !keys[e.key]) return;
  e.preventDefault(keys[e.key]());
  e.stopPropagation();
}, true);
on("mousedown", (e) => {
  const it = e.target.closest("#mention-list li");
  if (it) e.preventDefault(put(it));
});
