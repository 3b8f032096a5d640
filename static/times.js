// "5分前" stays true while a page is open. The words are those of support/web/words.py.
const UNITS = {
  ja: [[86400, "日前"], [3600, "時間前"], [60, "分前"], [-Infinity, "たった今"]],
  en: [[86400, " d ago"], [3600, " h ago"], [60, " min ago"], [-Infinity, "just now"]],
};
export const ahead = Number(document.body.dataset.now) * 1000 - Date.now() || 0; // our clock may be right

export function ago(seconds, lang) {
  const [size, word] = UNITS[lang].find(([size]) => seconds >= size);
  return size > 0 ? Math.floor(seconds / size) + word : word;
}

setInterval(() => {
  for (const time of document.querySelectorAll("time[data-ago]")) {
    const passed = (Date.now() + ahead - Date.parse(time.dateTime)) / 1000;
    if (passed < 7 * 86400) time.textContent = ago(passed, document.documentElement.lang) + time.dataset.ago;
  }
}, 20_000);
