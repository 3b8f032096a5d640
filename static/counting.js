// The counter beside the draft moves with every key; what the server says a moment later agrees.
// The rules are the server's own (support/x/count_rules.py), fetched once somebody writes.
const SPACE = "[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]+";
const EDGES = new RegExp(`^${SPACE}|${SPACE}$`, "g");
const TONES = ["🏻", "🏼", "🏽", "🏾", "🏿"];
const unfold = (it) => it.includes("T") ? TONES.flatMap((tone) => unfold(it.replace("T", tone))) : [it];
const points = (text) => [...text].length;

export async function rulesAt(address) {
  const it = await (await fetch(address)).json();
  const regex = (name, flags) => new RegExp(it[name], flags);
  const emoji = new Set(it.emoji.split(" ").flatMap(unfold));
  return {
    ...it, emoji, longest: Math.max(...[...emoji].map(points)), dropped: regex("dropped", "gu"),
    ...Object.fromEntries(["url", "ascii", "tco"].map((name) => [name, regex(name, name === "tco" ? "iu" : "giu")])),
    ...Object.fromEntries(["refused", "right", "left"].map((name) => [name, regex(name, "u")])),
  };
}

// How long a label gets in Punycode (RFC 3492), "xn--" included.
function punycode(label) {
  const input = [...label].map((c) => c.codePointAt(0));
  const basic = input.filter((c) => c < 128).length;
  let [n, delta, bias, done, size] = [128, 0, 72, basic, basic + (basic ? 5 : 4)];
  for (; done < input.length; delta++, n++) {
    const next = Math.min(...input.filter((c) => c >= n));
    delta += (next - n) * (done + 1);
    n = next;
    for (const c of input) {
      if (c < n) delta++;
      if (c !== n) continue;
      let q = delta, k = 36, t;
      for (; size++, t = Math.min(Math.max(k - bias, 1), 26), q >= t; k += 36) q = Math.floor((q - t) / (36 - t));
      delta = Math.floor(delta / (done === basic ? 700 : 2));
      delta += Math.floor(delta / ++done);
      for (k = 0; delta > 455; k += 36) delta = Math.floor(delta / 35);
      bias = k + Math.floor(36 * delta / (delta + 38));
      delta = 0;
    }
  }
  return size;
}

// Its length as the name system writes it; NaN where it takes no such label.
function label(rules, word) {
  const fits = (size) => size > 0 && size < 64 ? size : NaN;
  const ascii = (it) => /^[\0-\x7f]*$/.test(it);
  if (ascii(word)) return fits(word.length);
  const plain = word.replace(rules.dropped, "").normalize("NFKC").toUpperCase().toLowerCase().normalize("NFKC");
  const letters = [...plain];
  if (rules.refused.test(plain)) return NaN;
  if (rules.right.test(plain) && (rules.left.test(plain) || !rules.right.test(letters[0]) || !rules.right.test(letters.at(-1)))) return NaN;
  if (ascii(plain)) return fits(plain.length);
  return plain.startsWith("xn--") ? NaN : fits(punycode(plain));
}

const host = (rules, domain) => domain.split(/[.。．｡]/).reduce((size, word) => size + 1 + label(rules, word), -1);

// Where links begin, and how much text each of them takes.
function links(rules, text) {
  const found = new Map();
  if (!text.includes(".")) return found;
  for (const it of text.replace(/[İı]/g, "i").matchAll(rules.url)) { // Python takes both for an i
    let end = it.index + it[0].length, start = end - it[3].length;
    let url = text.slice(start, end);
    const from = it[3].indexOf(it[5]), domain = url.slice(from, from + it[5].length);
    const size = host(rules, domain) + points(url) - points(domain) + (it[4]?.length ?? 8);
    if (!(size <= 4096)) continue;
    if (it[4]) {
      const short = url.match(rules.tco);
      if (short?.[1].length > 40) continue;
      found.set(start, short ? short[0] : url);
    } else if (!/[-_./]/.test(it[2])) {
      let last = -1, name = "";
      for (const ascii of it[5].matchAll(rules.ascii)) {
        last = start + ascii.index;
        name = domain.slice(ascii.index, ascii.index + ascii[0].length);
        found.set(last, name);
      }
      if (it[7] && last >= 0) found.set(last, url.replaceAll(domain, () => name));
    }
  }
  return found;
}

export function weightedLength(rules, written) {
  const text = written.normalize("NFC").replace(/\r\n?/g, "\n");
  const found = links(rules, text);
  const letters = [...text];
  let weight = 0;
  for (let at = 0, place = 0; at < letters.length;) {
    let taken = 1;
    const url = found.get(place);
    if (url) [weight, taken] = [weight + rules.link, points(url)];
    else {
      taken = Math.min(rules.longest, letters.length - at);
      while (taken && !rules.emoji.has(letters.slice(at, at + taken).join(""))) taken--;
      const code = letters[at].codePointAt(0);
      weight += !taken && rules.light.some(([first, last]) => code >= first && code <= last) ? 1 : 2;
      taken ||= 1;
    }
    for (const end = at + taken; at < end; at++) place += letters[at]?.length ?? 0;
  }
  return weight;
}

// What a draft weighs with its signature: characters in a DM, else as X counts.
export function weigh(rules, draft, signature, isPrivate) {
  const body = draft.toWellFormed().replaceAll("\0", "\ufffd").replace(EDGES, "");
  if (!body) return 0;
  const whole = isPrivate ? body : body.normalize("NFC").replace(EDGES, "");
  const signed = signature ? whole + (/^[（【［]/.test(signature) ? "" : " ") + signature : whole;
  return isPrivate ? points(signed) : weightedLength(rules, signed);
}

let rules;
async function count({ target }) {
  const counter = document.getElementById("counter");
  if (target.id !== "body" || !counter?.dataset.rules) return;
  rules ??= await rulesAt(counter.dataset.rules).catch(() => undefined);
  const said = document.getElementById("counter");
  if (!rules || !said) return;
  const { signature, limit, left, many } = said.dataset;
  const used = weigh(rules, target.value, signature, limit > 280);
  const room = limit - used, half = (n) => (limit > 280 ? n : Math.floor(n / 2)).toLocaleString("en");
  said.lastElementChild.textContent = room < 0 ? many.replace("{n}", half(used)) : left.replace("{n}", half(room));
  said.dataset.state = room < 0 ? "" : room < 40 ? "near" : "";
  said.querySelector(".used").setAttribute("stroke-dasharray", `${Math.min(used, limit)} ${limit}`);
}
for (const name of ["input", "preview"]) document.addEventListener(name, count, true);
