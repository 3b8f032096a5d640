// The browser's own notification, for whoever asked for it: only while nobody looks at the desk,
// with a ticket's number and nothing a customer wrote.
const able = "Notification" in window;
const bell = () => document.getElementById("bell");

async function notify() {
  const here = bell();
  if (!able || !here || !document.hidden || Notification.permission !== "granted") return;
  const answer = await fetch(here.dataset.newest, { headers: { Accept: "application/json" } });
  if (answer.status !== 200) return;
  const told = await answer.json();
  const words = told.level === "broken" ? here.dataset.wordsBroken : here.dataset.wordsSoon;
  const shown = new Notification(`${words} #${told.ticket}`, { tag: `desk-alert-${told.id}` });
  shown.onclick = () => {
    window.focus();
    location.assign(told.url);
  };
}

document.addEventListener("news", (event) => {
  if (event.detail === bell()?.dataset.live) notify();
});

const button = document.getElementById("notify");
function say() {
  if (!button || !able) return;
  button.hidden = false;
  const { permission } = Notification;
  button.disabled = permission !== "default";
  if (permission === "granted") button.lastElementChild.textContent = button.dataset.wordsOn;
  if (permission === "denied") button.lastElementChild.textContent = button.dataset.wordsDenied;
}
say();
button?.addEventListener("click", () => Notification.requestPermission().then(say));
