// The token inspector decodes in the page what is typed. Nothing leaves the browser before the form is sent.
(() => {
  "use strict";
  const field = document.getElementById("f-token");
  const place = document.getElementById("peek");
  if (!field || !place) return;
  const longest = 8192;

  const decoded = (part) => {
    const base64 = part.replace(/-/g, "+").replace(/_/g, "/");
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  };

  const block = (title, value) => {
    const box = document.createElement("div");
    box.className = "code";
    const head = document.createElement("div");
    head.className = "code-head";
    head.append(title);
    const pre = document.createElement("pre");
    pre.dir = "ltr";
    pre.tabIndex = 0;
    pre.setAttribute("role", "group");
    pre.setAttribute("aria-label", title);
    // Text, never markup: what a token says is a stranger's word.
    pre.textContent = JSON.stringify(value, null, 2);
    box.append(head, pre);
    return box;
  };

  const when = (claims) => {
    const line = document.createElement("p");
    line.className = "muted small";
    if (typeof claims.exp !== "number") return line;
    const left = Math.round(claims.exp - Date.now() / 1000);
    const words = new Intl.RelativeTimeFormat("en", { numeric: "always" });
    const unit = Math.abs(left) < 5400 ? ["minute", 60] : Math.abs(left) < 172800 ? ["hour", 3600] : ["day", 86400];
    const told = words.format(Math.trunc(left / unit[1]), unit[0]);
    line.textContent = left > 0 ? `By your clock it ends ${told}.` : `By your clock it ended ${told}.`;
    return line;
  };

  const peek = () => {
    const token = field.value.trim().replace(/^authorization:\s*/i, "").replace(/^bearer\s+/i, "").replace(/^"|"$/g, "");
    place.replaceChildren();
    place.hidden = true;
    const parts = token.split(".");
    if (parts.length !== 3 || token.length > longest) return;
    try {
      const claims = decoded(parts[1]);
      const box = document.createElement("div");
      box.append(block("Claims, decoded in this page", claims), when(claims));
      place.append(block("Header, decoded in this page", decoded(parts[0])), box);
      place.hidden = false;
    } catch {
      // Not a token yet.
    }
  };

  field.addEventListener("input", peek);
  peek();
})();
