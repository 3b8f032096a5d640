// What the pages do beyond links and forms. Every page stays usable without it.
import "./light.js";
import "./keys.js";
import "./leaving.js";
import "./list.js";
import "./tabs.js";
import { show } from "./toasts.js";
import "./live.js";
import "./times.js";

if (isSecureContext && document.body.dataset.liveStream) {
  navigator.serviceWorker?.register("/service-worker.js").catch(() => {});
  navigator.serviceWorker?.addEventListener("message", () => {
    delete document.body.dataset.sending;
    show({ text: document.body.dataset.wordsOffline, tone: "danger", stay: true });
  });
}

// Which tickets were opened in this tab, by number only: the palette offers them.
const opened = /^\/tickets\/(\d+)$/.exec(location.pathname)?.[1];
if (opened) {
  try {
    const before = (sessionStorage.getItem("desk-recent") ?? "").split(",").filter((id) => id !== opened);
    sessionStorage.setItem("desk-recent", [opened, ...before].slice(0, 8).join());
  } catch { /* then it offers one's own only */ }
}

// A page that waits for something comes again by itself.
const look = document.querySelector("[data-look-again]");
if (look) setTimeout(() => location.replace(look.href), 2000);
