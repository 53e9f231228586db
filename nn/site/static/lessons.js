// A lesson whose cells run where they stand: each becomes an editor with buttons, and what
// it showed when the lesson was written stays until it is run. Python begins with the
// first run, and all cells share it. What was typed is kept in this browser.

import { editor } from "./editor.js";
import { Broken, Frame, Python, Stopped, filled, follow, seconds } from "./python.js";

const { words, texts, root, lesson } = JSON.parse(document.getElementById("data").textContent);
const language = document.documentElement.lang;
const $ = (id) => document.getElementById(id);

const make = (tag, properties = {}, ...inside) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...inside);
  return element;
};
const text = (content, properties) => make("pre", { textContent: content, ...properties });

// --- Python, once it is asked for ----------------------------------------------------------

let python, begun;
function awake() {
  if (!python) {
    python = new Python();
    follow(python, $("state"), document.querySelector("#strip progress"), words);
    python.addEventListener("progress", ({ detail: { phase } }) => {
      $("stop").hidden = phase !== "busy";
      if (phase === "ended") cells.forEach((cell) => cell.forget());
    });
    $("strip").hidden = false;
  }
  // The language of the page, until a cell says another; after a stop, too.
  begun ??= python.run(`from autograd import speak; speak("${language}")`, { space: "page" });
  return begun;
}

function fault(error) {
  begun = null; // all that was computed is gone
  if (error instanceof Stopped) {
    return `${filled(words.stopped, { seconds: seconds(python.started, language) })} ${texts.gone}`;
  }
  const deep = error instanceof Broken && /call stack|recursion|stack overflow/i.test(error.message);
  return filled(deep ? words.deep : words.broken, { message: error.message });
}

// --- what a cell shows ---------------------------------------------------------------------

// A page of its own, as of `explain`, in a frame from which it reaches nothing.
function framed(iframe, page) {
  const { title, height } = iframe;
  const element = make("iframe", { title, height, src: `${root}frame.html` });
  iframe.replaceWith(element);
  new Frame(element).show(page);
}

const html = (content) => make("div", { className: "shown", innerHTML: content });

// The little Markdown that a solution is: paragraphs, code in them, and blocks of code.
function markdown(content) {
  const parts = content.split(/```(?:python)?\n?/).flatMap((block, i) => i % 2
    ? [text(block.trimEnd())]
    : block.split(/\n{2,}/).filter((line) => line.trim()).map((line) => make("p", {},
      ...line.split(/`([^`]*)`/).map((piece, j) => j % 2 ? make("code", { textContent: piece }) : piece))));
  return make("div", { className: "shown" }, ...parts);
}

function rich(bundle) {
  if (bundle["text/html"]) return html(bundle["text/html"]);
  if (bundle["image/svg+xml"]) return html(bundle["image/svg+xml"].replace(/^[^]*?(?=<svg)/, ""));
  if (bundle["text/markdown"]) return markdown(bundle["text/markdown"]);
  return text(bundle["text/plain"] ?? "");
}

// Pictures follow the screen by themselves, and here the button for the colours as well.
function painted() {
  for (const { sheet } of document.querySelectorAll(".outcome style")) {
    for (const rule of sheet?.cssRules ?? []) {
      if (rule instanceof CSSMediaRule && /color-scheme|^(not )?all$/.test(rule.media.mediaText)) {
        rule.media.mediaText = theme() === "dark" ? "all" : "not all";
      }
    }
  }
}

// What is wider than its place can be scrolled by keyboard.
function reachable(element) {
  for (const one of element.querySelectorAll("pre, .outcome")) {
    if (one.scrollWidth > one.clientWidth) one.tabIndex = 0;
  }
}

// Which library a cell needs that is not here, in its own lines or for a name from above.
const LIBRARIES = { matplotlib: "matplotlib", numpy: "NumPy", sklearn: "scikit-learn", torch: "PyTorch" };
const needy = new Map(); // what cannot be had without a library, by name
function lacks(code) {
  let found = "";
  for (const [, module, names, as] of code.matchAll(/^(?:import|from) (\w+)[\w.]*(?: import ([^\n#]*?))?(?: as (\w+))?\s*$/gm)) {
    const library = LIBRARIES[module];
    if (!library) continue;
    found = library;
    for (const name of (as ?? names ?? module).split(/\W+/)) needy.set(name, library);
  }
  // Neither words of a text nor names of options are names from above.
  const plain = code.replace(/#.*|(?<!f)"[^"\n]*"|\w+=(?!=)/g, " ");
  for (const [word] of plain.matchAll(/(?<![\w.])[a-zA-Z_]\w*/g)) found ||= needy.get(word) ?? "";
  for (const [, made, given] of code.matchAll(/^(?:(?:def|class) (\w+)|(\w[\w, ]*?) = )/gm)) {
    for (const name of (made ?? given).split(/\W+/)) needy.set(name, found);
  }
  return found;
}

// --- cells ---------------------------------------------------------------------------------

class Cell {
  constructor(element, i) {
    this.element = element;
    this.number = i + 1;
    this.output = element.querySelector(".outcome");
    const source = element.querySelector(".source");
    this.written = source.textContent;
    this.key = `cell.${lesson}.${this.number}`;
    this.name = `<${element.getAttribute("aria-label")}>`;
    const library = lacks(this.written);
    if (library) { // there is nothing to run it with
      source.after(make("p", { className: "note", textContent: filled(texts.missing, { library }) }));
      return;
    }
    const field = make("textarea", { spellcheck: false, autocomplete: "off", wrap: "off" });
    field.setAttribute("aria-label", element.getAttribute("aria-label"));
    field.setAttribute("autocapitalize", "off");
    source.replaceWith(make("div", { className: "editor" }, make("pre", { ariaHidden: "true" }), field));
    field.addEventListener("keydown", (event) => this.pressed(event));
    this.field = field;
    this.code = editor(field, { least: 1, spare: 0 });
    this.code.text = stored.get(this.key) ?? this.written;
    const button = (label, act) => {
      const one = make("button", { textContent: label });
      one.setAttribute("aria-label", `${label}: ${element.getAttribute("aria-label")}`);
      one.addEventListener("click", act);
      return one;
    };
    const exercise = element.classList.contains("exercise");
    this.act = button(exercise ? texts.check : texts.run, () => this.run());
    this.act.className = "act";
    this.restore = button(texts.restore, () => this.write(this.written));
    const buttons = [this.act, this.restore];
    if (i) buttons.splice(1, 0, button(texts.above, () => above(this)));
    this.output.before(make("div", { className: "row acts" }, ...buttons));
    field.addEventListener("input", () => this.keep());
    this.keep();
  }

  get runs() { return Boolean(this.field); }

  write(code) {
    this.code.text = code;
    this.keep();
    this.field.focus();
  }

  keep() {
    const changed = this.field.value !== this.written;
    if (changed) stored.set(this.key, this.field.value);
    else stored.remove(this.key);
    this.restore.hidden = !changed;
    this.element.classList.toggle("changed", this.ran !== undefined && this.ran !== this.field.value);
    $("restore").hidden = !cells.some((cell) => cell.restore && !cell.restore.hidden);
    if (!$("restore").hidden) $("strip").hidden = false;
  }

  pressed(event) {
    if (event.key !== "Enter" || !(event.shiftKey || event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    this.run();
    const next = event.shiftKey && cells.slice(this.number).find((cell) => cell.runs);
    if (next) {
      next.field.focus({ preventScroll: true });
      next.element.scrollIntoView({ block: "nearest" });
    }
  }

  forget() {
    this.ran = undefined;
    this.element.classList.remove("ran", "changed");
  }

  // Run it, and tell whether it came to its end.
  async run() {
    const code = this.field.value, mine = this.asked = {}, fresh = [];
    this.element.classList.add("busy");
    this.code.mark(0);
    let last; // what is printed last, to which more is added
    const show = (element) => {
      if (this.asked !== mine) return;
      if (!fresh.length) this.output.replaceChildren();
      fresh.push(element);
      this.output.append(element);
    };
    const print = (printed) => {
      if (!last) show(last = text(""));
      last.append(printed);
    };
    let found = {};
    try {
      await awake();
      found = await python.run(code, { space: "lesson", name: this.name, onOutput: print });
      this.ran = code;
    } catch (error) {
      found = { error: fault(error) };
    }
    if (this.asked !== mine) return false;
    this.element.classList.remove("busy");
    this.element.classList.toggle("ran", this.ran === code && !found.error);
    this.keep();
    if (!fresh.length) this.output.replaceChildren();
    // A machine that breaks prints where it was.
    if (last) last.textContent = last.textContent.split("Stack (most recent")[0];
    if (found.error) this.wrong(found.error, show);
    else if (Object.keys(found).length) show(rich(found));
    this.output.querySelectorAll("iframe[srcdoc]").forEach((one) => framed(one, one.srcdoc));
    painted();
    reachable(this.element);
    return !found.error;
  }

  wrong(error, show) {
    show(text(error.trimEnd(), { className: "error", role: "alert" }));
    const line = [...error.matchAll(/File "(.*)", line (\d+)/g)].findLast((one) => one[1] === this.name);
    if (line) this.code.mark(Number(line[2]));
    const first = before(this).some((cell) => cell.ran === undefined);
    if (!/^NameError/m.test(error) || !first) return;
    const button = make("button", { textContent: texts.above });
    button.addEventListener("click", () => above(this, true));
    show(make("p", { className: "note" }, `${texts.unknown} `, button));
  }
}

const before = (cell) => cells.slice(0, cell.number - 1).filter((one) => one.runs);

// Run the cells above that have not run as they stand now.
async function above(cell, itself = false) {
  for (const one of [...before(cell), ...(itself ? [cell] : [])]) {
    if (one === cell || one.ran !== one.field.value) {
      if (!await one.run() && one.ran === undefined) return; // stopped
    }
  }
}

const cells = [];
document.querySelectorAll(".cell").forEach((element, i) => cells.push(new Cell(element, i)));
cells.forEach((cell) => cell.field && cell.keep());

if (cells.length) {
  $("stop").addEventListener("click", () => python.stop());
  $("restore").addEventListener("click", () => {
    cells.forEach((cell) => cell.runs && cell.write(cell.written));
    scrollTo(0, 0);
  });
  // Pages that came with the lesson are shown in the colours of this one, once in sight.
  const seen = new IntersectionObserver((entries) => entries.forEach(async ({ target, isIntersecting }) => {
    if (!isIntersecting) return;
    seen.unobserve(target);
    framed(target, await (await fetch(target.src)).text());
  }), { rootMargin: "500px" });
  document.querySelectorAll(".outcome iframe").forEach((one) => seen.observe(one));
  document.addEventListener("theme", painted);
  painted();
  reachable(document);
}
