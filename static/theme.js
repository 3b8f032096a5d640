// Puts the chosen light on the page before it is drawn; without a choice the system decides.
(() => {
  const asked = new URLSearchParams(location.search).get("theme");
  let chosen = asked;
  try {
    chosen ??= localStorage.getItem("desk-theme");
  } catch { /* storage may be closed to us */ }
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
})();
