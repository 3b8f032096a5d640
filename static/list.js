// The cursor of a list: J and K move it, Enter opens, X ticks. Rows are .ticket-row or [data-row].
import { composing, modified, singleKeys, typing } from "./keys.js";

const ROWS = ".ticket-row, [data-row]";
const STEP = { j: 1, k: -1 };
let last = ""; // the id of the row the cursor was on, found again after a row was replaced

const rows = () => [...document.querySelectorAll(ROWS)].filter((row) => row.checkVisibility());

function current() {
  return document.querySelector(`:is(${ROWS})[data-cursor]`) ?? (last ? document.getElementById(last) : null);
}

function place(row) {
  for (const other of document.querySelectorAll(`:is(${ROWS})[data-cursor]`)) delete other.dataset.cursor;
  row.dataset.cursor = "";
  last = row.id;
  row.scrollIntoView({ block: "nearest" });
  row.querySelector("a[href]")?.focus({ preventScroll: true });
}

function move(step) {
  const all = rows();
  const at = all.indexOf(current());
  const next = all[Math.min(Math.max(at + step, 0), all.length - 1)];
  if (next) place(next);
  return next !== undefined;
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || composing(event) || modified(event) || typing(event.target) || !singleKeys()) return;
  const key = event.key.toLowerCase();
  if (STEP[key] && move(STEP[key])) return event.preventDefault();
  if (key === "x") current()?.querySelector("[type=checkbox]")?.click();
  if (key === "enter" && !event.target.closest("a, button, summary, label")) current()?.querySelector("a[href]")?.click();
});

document.addEventListener("focusin", (event) => {
  const row = event.target.closest?.(ROWS);
  if (row && !("cursor" in row.dataset)) {
    for (const other of document.querySelectorAll(`:is(${ROWS})[data-cursor]`)) delete other.dataset.cursor;
    row.dataset.cursor = "";
    last = row.id;
  }
});
