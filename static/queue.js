// The list of tickets: what is ticked, and live news. A row that changed is drawn again where it
// stands; new ones wait behind one bar, so that nothing moves under the cursor.
const list = document.getElementById("ticket-list");
const form = document.getElementById("bulk");
const rows = () => [...list.querySelectorAll("[data-ticket]")];
const ticked = () => [...list.querySelectorAll(".row-check :checked")];
let kept = []; // what was ticked before a part was drawn again
let heard = null; // ids of rows that news came for, gathered until the next turn

function mark() {
  for (const row of rows()) row.toggleAttribute("data-selected", row.querySelector(".row-check :checked") !== null);
  const words = form?.querySelector("[data-words]");
  if (words) words.textContent = words.dataset.words.replace("{n}", ticked().length);
}

function release() {
  for (const box of ticked()) box.checked = false;
  mark();
}

function drawAgain() {
  htmx.ajax("GET", list.dataset.list, { source: list, target: list, swap: "innerHTML" });
}

function ask(ids) {
  if (!rows().length && form) return drawAgain(); // an empty list has nothing to keep still
  const address = new URL(list.dataset.changes, location.href);
  address.searchParams.set("ids", [...ids].join());
  address.searchParams.set("shown", rows().map((row) => row.dataset.ticket).join());
  address.searchParams.set("since", document.getElementById("arrivals").dataset.since);
  htmx.ajax("GET", address.pathname + address.search, { source: list, target: "#arrivals", swap: "outerHTML" });
}

// "live" does not bubble; it is caught on its way down. All of one piece of news comes in one turn.
document.addEventListener("live", (event) => {
  const row = event.target.closest("[data-ticket]");
  if (event.target !== list && !row) return;
  if (!heard) {
    heard = new Set();
    queueMicrotask(() => {
      const ids = heard;
      heard = null;
      ask(ids);
    });
  }
  if (row) heard.add(row.dataset.ticket);
}, true);

// What a person did to the page stays when it is drawn again.
htmx.config.morphIgnore.push("data-cursor", "data-selected", "open");
document.addEventListener("htmx:before:swap", () => { kept = ticked().map((box) => box.value); });
document.addEventListener("htmx:after:swap", () => {
  for (const box of list.querySelectorAll(".row-check [type=checkbox]")) if (kept.includes(box.value)) box.checked = true;
  mark();
});

// The heading counts what the rail counts.
document.addEventListener("htmx:after:swap", () => {
  const rail = document.querySelector("#rail-inbox [aria-current] .count");
  const heading = document.querySelector(".page-head h1 .count:not([data-own])");
  if (rail && heading) heading.textContent = rail.textContent;
});

list.addEventListener("change", mark);
list.addEventListener("click", (event) => {
  if (!form || !event.target.closest(".new-arrivals")) return;
  event.preventDefault();
  drawAgain();
  list.scrollTop = 0;
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !event.defaultPrevented && !document.querySelector(":popover-open, dialog[open]")) release();
});
if (form) {
  const button = form.querySelector("[type=reset]");
  button.hidden = false;
  button.addEventListener("click", release);
}
list.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });
mark();
