// What every page does first: the colours, before anything is shown; then the buttons of
// the header, and what keeps the site for times without a network.
"use strict";
(() => {
  const root = document.documentElement;
  const stored = { // a browser may refuse to store
    get: (key) => { try { return localStorage.getItem(`chainrule.${key}`); } catch { return null; } },
    remove: (key) => { try { localStorage.removeItem(`chainrule.${key}`); } catch { /* so be it */ } },
    set: (key, text) => { try { localStorage.setItem(`chainrule.${key}`, text); } catch { /* so be it */ } },
  };
  window.stored = stored;
  const theme = stored.get("theme");
  if (theme) root.dataset.theme = theme;

  // Who reads French comes to the French pages, until they have chosen.
  const home = new URL(".", document.currentScript.src);
  const spoken = stored.get("language") ?? navigator.language.slice(0, 2);
  const front = [home.pathname, `${home.pathname}index.html`].includes(location.pathname);
  if (front && spoken === "fr") location.replace(`fr/${location.hash}`);

  const isDark = () => root.dataset.theme
    ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  window.theme = () => (isDark() ? "dark" : "light");

  addEventListener("DOMContentLoaded", () => {
    const button = document.getElementById("theme");
    const name = () => {
      button.textContent = isDark() ? button.dataset.light : button.dataset.dark;
      document.dispatchEvent(new Event("theme"));
    };
    button.addEventListener("click", () => {
      root.dataset.theme = isDark() ? "light" : "dark";
      stored.set("theme", root.dataset.theme);
      name();
    });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", name);
    name();
    const room = document.querySelector(`header nav .${document.body.classList[0]}`);
    room.setAttribute("aria-current", "page");
    document.title = `chainrule: ${room.textContent}`;
    const language = document.getElementById("language");
    language.addEventListener("click", () => {
      stored.set("language", language.hreflang);
      language.hash = location.hash;
    });
  });

  // A browser keeps the whole site; of a new one it tells once it has it.
  addEventListener("load", () => {
    if (!navigator.serviceWorker) return; // neither https nor this machine
    const old = navigator.serviceWorker.controller;
    navigator.serviceWorker.register(new URL("offline.js", home)).catch(() => {});
    navigator.serviceWorker.addEventListener("controllerchange", () => {
      document.getElementById("renewed").hidden = !old;
    });
  });
})();
