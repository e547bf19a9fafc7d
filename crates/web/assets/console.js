// What the console's pages gain from script. Every page works without it.
(() => {
  "use strict";
  const root = document.documentElement;
  root.classList.add("js");

  // Theme: the system's, or the one chosen here. Read before the page is painted.
  const themes = ["system", "light", "dark"];
  const kept = () => {
    try { return localStorage.getItem("theme"); } catch { return null; }
  };
  let theme = themes.includes(kept()) ? kept() : "system";
  const dress = () => {
    if (theme === "system") root.removeAttribute("data-theme");
    else root.setAttribute("data-theme", theme);
    for (const button of document.querySelectorAll("[data-theme-toggle]")) {
      button.setAttribute("aria-label", `Theme: ${theme}`);
      button.title = `Theme: ${theme}`;
    }
  };
  dress();

  const say = (words) => {
    const place = document.getElementById("said");
    if (place) place.textContent = words;
  };

  // A one-time secret that was not copied: ask before it is gone.
  let uncopied = false;
  const guard = (event) => {
    if (uncopied) event.preventDefault();
  };

  const copyText = async (value) => {
    try {
      await navigator.clipboard.writeText(value.textContent);
      return true;
    } catch {
      // No clipboard here (plain http, or not allowed): select it, and try the old way.
      const range = document.createRange();
      range.selectNodeContents(value);
      const selection = getSelection();
      selection.removeAllRanges();
      selection.addRange(range);
      try { return document.execCommand("copy"); } catch { return false; }
    }
  };

  const copy = async (button) => {
    const place = button.closest(".copyable, .code");
    const value = place && place.querySelector("[data-value]");
    if (!value) return;
    const done = await copyText(value);
    const tell = (words) => {
      (button.querySelector("span") || button).textContent = words;
      // What is heard goes with what is read.
      const label = button.getAttribute("aria-label");
      if (label) button.setAttribute("aria-label", label.replace(/^\w+/, words));
    };
    tell(done ? "Copied" : "Selected");
    say(done ? "Copied" : "Selected. Copy it with your keyboard.");
    if (done && button.closest("[data-secret]")) uncopied = false;
    clearTimeout(button.timer);
    button.timer = setTimeout(() => tell("Copy"), 2000);
  };

  // What is shown once, as a text file made in the page: it is not asked for again.
  const download = (button) => {
    const place = button.closest(".copyable, .code");
    const value = place && place.querySelector("[data-value]");
    if (!value) return;
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([value.textContent, "\n"], { type: "text/plain" }));
    link.download = button.dataset.download;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
    if (button.closest("[data-secret]")) uncopied = false;
    say("Downloaded");
  };

  const filter = (field) => {
    const list = document.getElementById(field.dataset.filter);
    if (!list) return;
    const sought = field.value.trim().toLowerCase();
    const items = list.matches("table") ? list.querySelectorAll("tbody > tr") : list.children;
    let shown = 0;
    for (const item of items) {
      item.hidden = !item.textContent.toLowerCase().includes(sought);
      if (!item.hidden) shown += 1;
    }
    say(`${shown} shown`);
  };

  addEventListener("beforeunload", guard);

  document.addEventListener("click", (event) => {
    const near = (what) => event.target.closest(what);
    const button = near("[data-copy]");
    if (button) copy(button);
    const file = near("[data-download]");
    if (file) download(file);
    if (near("[data-theme-toggle]")) {
      theme = themes[(themes.indexOf(theme) + 1) % themes.length];
      try { localStorage.setItem("theme", theme); } catch { /* it lasts for this page */ }
      dress();
      say(`Theme: ${theme}`);
    }
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = document.querySelector("details.menu[open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });

  // Copied by hand counts too.
  document.addEventListener("copy", () => {
    const secret = document.querySelector("[data-secret] [data-value]");
    if (secret && String(getSelection()).includes(secret.textContent)) uncopied = false;
  });

  // A link's token stands after the #: out of the address, and on in the body of a form.
  const openLink = () => {
    const open = document.querySelector("form[data-open]");
    if (!open || location.hash.length < 2) return;
    open.elements.code.value = location.hash.slice(1);
    history.replaceState(null, "", location.pathname);
    open.requestSubmit();
  };
  addEventListener("hashchange", openLink);

  document.addEventListener("input", (event) => {
    if (event.target.matches("[data-filter]")) filter(event.target);
  });

  document.addEventListener("change", (event) => {
    if (event.target.matches("select[data-autosubmit]")) event.target.form.requestSubmit();
  });

  document.addEventListener("DOMContentLoaded", () => {
    dress();
    uncopied = document.querySelector("[data-secret]") !== null;
    // Where the sections and tabs are a strip to be scrolled, where one is comes into view.
    for (const here of document.querySelectorAll(".side [aria-current], .tabs [aria-current]")) {
      const strip = here.closest(".side, .tabs");
      if (strip.scrollWidth > strip.clientWidth) {
        strip.scrollLeft += here.getBoundingClientRect().left - strip.getBoundingClientRect().left - 48;
      }
    }
    const faults = document.querySelector("[data-faults]");
    if (faults) faults.focus();
    openLink();
    // A notice is told once: reloading does not tell it again.
    const here = new URL(location.href);
    if (here.searchParams.has("done")) {
      here.searchParams.delete("done");
      history.replaceState(null, "", here);
    }
  });
})();
