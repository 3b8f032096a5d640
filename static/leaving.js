// Signing out leaves no draft in this browser; of those the server has not, one is told first.
import { show } from "./toasts.js";

const form = document.querySelector("form[data-mine]");
const mine = () => Object.keys(localStorage).filter((it) => it.startsWith(form.dataset.mine));
let told = "";

async function unkept() {
  const list = await (await fetch("/drafts")).text();
  return mine().filter((it) => !(Date.parse(list.split(it + '" data-kept="')[1]?.split('"')[0]) > JSON.parse(localStorage[it]).at));
}

form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const saving = [];
  dispatchEvent(new CustomEvent("leaving", { detail: saving }));
  await Promise.all(saving);
  try {
    const left = String(await unkept().catch(mine));
    if (left && left !== told) {
      told = left;
      return show({ text: form.dataset.words + left.replace(/\D*\d+:(\d+):\w+/g, " #$1"), tone: "danger", stay: true });
    }
    document.body.dataset.leaving = "";
    for (const it of mine()) delete localStorage[it];
    sessionStorage.clear();
  } catch {} // closed to us
  form.submit();
});
