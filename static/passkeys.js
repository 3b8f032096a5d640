// Puts the desk's question to the browser's passkeys and sends the answer as a form.
const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const named = (list) => list?.map((it) => ({ ...it, id: bytes(it.id) }));

function understood(asked) {
  const options = { ...asked, challenge: bytes(asked.challenge) };
  if (asked.user) options.user = { ...asked.user, id: bytes(asked.user.id) };
  if (asked.allowCredentials) options.allowCredentials = named(asked.allowCredentials);
  if (asked.excludeCredentials) options.excludeCredentials = named(asked.excludeCredentials);
  return options;
}

function written({ id, rawId, type, response }) {
  const said = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (response[name]) said[name] = text(response[name]);
  }
  return JSON.stringify({ id, rawId: text(rawId), type, response: said });
}

async function answered(form) {
  const reply = await fetch(form.dataset.question, { method: "POST", body: new FormData(form) });
  const asked = await reply.json().catch(() => ({}));
  if (!reply.ok) throw { sentence: asked.sentence };
  const publicKey = understood(asked);
  return written(await navigator.credentials[asked.user ? "create" : "get"]({ publicKey }));
}

for (const form of document.querySelectorAll("form[data-question]")) {
  const told = form.querySelector("[role=alert]");
  const words = told.dataset;
  const button = form.querySelector("button");
  const say = (sentence) => { told.textContent = sentence; told.hidden = false; };
  if (!window.PublicKeyCredential) {
    button.disabled = true;
    say(words.none);
    continue;
  }
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    told.hidden = button.disabled = true;
    try {
      form.elements.answer.value = await answered(form);
      form.submit();
    } catch (error) {
      button.disabled = false;
      say(error.sentence ?? words[error.name] ?? words.failed);
    }
  });
}
