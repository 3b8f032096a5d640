// The button that turns day into night; theme.js remembers it for the next page.
const root = document.documentElement;

const isDark = () => root.dataset.theme
  ? root.dataset.theme === "dark"
  : matchMedia("(prefers-color-scheme: dark)").matches;

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-theme-toggle]")) return;
  root.dataset.theme = isDark() ? "light" : "dark";
  try {
    localStorage.setItem("desk-theme", root.dataset.theme);
  } catch { /* then it holds for this page only */ }
});
