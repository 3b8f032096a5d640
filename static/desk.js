// What the pages do beyond links and forms. Every page stays usable without it.
import "./light.js";
import "./keys.js";
import "./list.js";
import "./tabs.js";
import "./toasts.js";
import "./live.js";
