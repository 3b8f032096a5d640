// @ in a note offers colleagues: arrows choose, Enter or Tab puts in. Plain words do the same.
const get = (id) => document.getElementById(id);
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

function put({ dataset }) {
  const note = get("note"), end = note.selectionStart;
  note.setRangeText(`${dataset.name} `, note.value.slice(0, end).search(/[^@＠]*$/), end, "end");
  mark(all.length = 0);
}

const keys = {
  ArrowDown: () => mark(at + 1),
  ArrowUp: () => mark(at - 1),
  Enter: () => put(all[at]),
  Tab: () => put(all[at]),
  Escape: () => mark(all.length = 0),
};
addEventListener("input", offer);
addEventListener("compositionend", offer);
addEventListener("keydown", (event) => {
  const { target, key, isComposing, ctrlKey, metaKey } = event;
  if (target.id !== "note" || !all.length || isComposing || ctrlKey || metaKey || !keys[key]) return;
  event.preventDefault(keys[key]());
  event.stopPropagation();
}, true);
addEventListener("mousedown", (event) => {
  const it = event.target.closest("#mention-list li");
  if (it) event.preventDefault(put(it));
});
