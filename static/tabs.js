// Tabs as ARIA describes them: arrows move, the panel named by aria-controls is shown.
const TABS = '[role="tab"]';

function choose(list, chosen) {
  for (const tab of list.querySelectorAll(TABS)) {
    tab.setAttribute("aria-selected", String(tab === chosen));
    tab.tabIndex = tab === chosen ? 0 : -1;
    const panel = document.getElementById(tab.getAttribute("aria-controls"));
    if (panel && !("shared" in panel.dataset)) panel.hidden = tab !== chosen;
  }
  const host = list.closest("[data-mode]");
  if (host && chosen.dataset.mode) host.dataset.mode = chosen.dataset.mode;
}

document.addEventListener("click", (event) => {
  const tab = event.target.closest(TABS);
  const list = tab?.closest('[role="tablist"]');
  if (list) choose(list, tab);
});

document.addEventListener("keydown", (event) => {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  const list = event.target.closest?.(TABS)?.closest('[role="tablist"]');
  if (!step || !list) return;
  const tabs = [...list.querySelectorAll(TABS)];
  const next = tabs[(tabs.indexOf(event.target.closest(TABS)) + step + tabs.length) % tabs.length];
  next.focus();
  choose(list, next);
});
