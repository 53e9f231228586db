// Python, as the pages have it: in a worker, which can be ended at any time, whatever it
// is computing, and takes some seconds to begin anew.
//
//   const python = new Python();
//   python.addEventListener("progress", ({detail}) => …);  // {phase, share}
//   const shown = await python.run("1 + 1", {onOutput: (text) => …});
//
// Phases: "fetch", "start", "read", "ready", "busy". What Python cannot do is thrown: a
// `Stopped` if somebody stopped it, a `Broken` if it broke, as deep chains make it.

export class Stopped extends Error {}
export class Broken extends Error {}

export class Python extends EventTarget {
  constructor() {
    super();
    this.waiting = new Map(); // what was asked and is not answered
    this.asked = 0;
    this.start();
  }

  // How long it took to begin, in milliseconds: now, or the last time.
  get started() { return Number(stored.get("started")) || 0; }

  start() {
    const begun = performance.now();
    this.phase = "";
    this.loaded = false;
    this.worker = new Worker(new URL("worker.js", import.meta.url), { type: "module" });
    this.worker.onmessage = ({ data }) => this.hear(data);
    this.worker.onerror = (event) => {
      event.preventDefault();
      this.end(new Broken(event.message), this.loaded);
    };
    this.ready = this.ask({ kind: "load", first: !this.started }).then(() => {
      stored.set("started", Math.round(performance.now() - begun));
      this.loaded = true;
      this.tell("ready", 1);
    });
    this.ready.catch(() => {}); // whoever waits for it hears of it
  }

  // Run a cell; cells of one `space` share their variables. What its last expression
  // shows comes by MIME type; of an error the trace, as "error".
  run(code, { space = "", name = "<cell>", onOutput } = {}) {
    return this.call("run_cell", [code, name], { space, onOutput });
  }

  // Call a function of `nn.site.cells`, and return what it returns.
  async call(name, args, { space, onOutput } = {}) {
    await this.ready;
    this.tell("busy", 1);
    const asked = this.ask({ kind: "call", name, args, space }, onOutput);
    return asked.finally(() => { if (!this.waiting.size) this.tell("ready", 1); });
  }

  // End it, whatever it computes, and begin anew.
  stop() { this.end(new Stopped(), true); }

  end(error, anew = false) { // what cannot begin will not at the next try either
    this.worker.terminate();
    const waiting = [...this.waiting.values()];
    this.waiting.clear();
    this.tell("ended", 0);
    waiting.forEach(({ reject }) => reject(error));
    if (anew) this.start();
  }

  ask(message, onOutput) {
    return new Promise((resolve, reject) => {
      const id = ++this.asked;
      this.waiting.set(id, { resolve, reject, onOutput });
      this.worker.postMessage({ ...message, id });
    });
  }

  hear({ kind, id, ...said }) {
    const one = this.waiting.get(id);
    if (kind === "progress") this.tell(said.phase, said.share);
    else if (kind === "output") one?.onOutput?.(said.text, said.stream);
    else if (kind === "broken") this.end(new Broken(said.message), this.loaded);
    else if (one) {
      this.waiting.delete(id);
      one.resolve(said.result);
    }
  }

  tell(phase, share) {
    this.phase = phase;
    this.dispatchEvent(new CustomEvent("progress", { detail: { phase, share } }));
  }
}

// Tell in words and by a bar how far Python is.
export function follow(python, state, bar, words) {
  python.addEventListener("progress", ({ detail: { phase, share } }) => {
    bar.hidden = phase === "ready" || phase === "ended";
    if (phase === "busy") bar.removeAttribute("value");
    else bar.value = share;
    const slots = {
      percent: Math.round(100 * share), seconds: seconds(python.started, document.documentElement.lang),
    };
    const text = filled(words[`phase_${phase}`] ?? "", slots);
    if (state.textContent !== text) state.textContent = text;
  });
}

export const seconds = (ms, language) => (ms / 1000).toLocaleString(language, { maximumFractionDigits: 1 });
export const filled = (text, slots) => text.replace(/\{(\w+)\}/g, (whole, name) => slots[name] ?? whole);

// A frame that holds `frame.html`: pages of our own are shown in it, where they reach
// nothing; what they say comes to `hear`.
export class Frame {
  constructor(element, hear = () => {}) {
    this.element = element;
    addEventListener("message", ({ source, data }) => {
      if (source !== element.contentWindow) return;
      if (data.shown) this.shown?.();
      else hear(data);
    });
    document.addEventListener("theme", () => this.tell({ theme: theme() }));
  }

  // Show a page, once it is there in the colours of this one.
  async show(html) {
    while (this.element.contentDocument?.readyState !== "complete"
        || !this.element.contentDocument.querySelector("iframe")) {
      await new Promise((resolve) => this.element.addEventListener("load", resolve, { once: true }));
    }
    const shown = new Promise((resolve) => { this.shown = resolve; });
    this.tell({ html: html.replace("<html ", `<html data-theme="${theme()}" `) });
    await shown;
    this.element.classList.add("filled");
    this.tell({ theme: theme() });
  }

  tell(message) { this.element.contentWindow.postMessage(message, "*"); }
}
