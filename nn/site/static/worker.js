// Loads Python and the layout engine, tells how far it is, and runs what a page asks for.

const RUNTIME = new URL("runtime/", import.meta.url);
const SECOND = 50; // milliseconds between two messages of output
const MOST = 200_000; // characters of output that one call may have

let python, cells, asking;
const spaces = new Map();
const tell = (message) => postMessage(message);
const progress = (phase, share) => tell({ kind: "progress", phase, share });

// Count what is fetched the first time, for the bar: all fetching goes through here. Later
// all lies in the browser, which keeps compiled code of what it has fetched itself.
const counted = (sizes) => {
  const whole = Object.values(sizes).reduce((sum, size) => sum + size, 0);
  const fetch = self.fetch;
  let come = 0, told = 0;
  self.fetch = async (...request) => {
    const response = await fetch(...request);
    if (!response.ok || !response.body) return response;
    const body = response.body.pipeThrough(new TransformStream({
      transform(chunk, out) {
        come += chunk.length;
        if (come - told > whole / 50) progress("fetch", 0.7 * (told = come) / whole);
        out.enqueue(chunk);
      },
    }));
    return new Response(body, { status: response.status, headers: response.headers });
  };
};

// What Python prints comes as bytes, often one line at a time.
class Output {
  constructor(id, stream) {
    Object.assign(this, { id, stream, text: "", sent: 0, last: performance.now(), decoder: new TextDecoder() });
  }

  write(bytes) {
    this.text += this.decoder.decode(bytes, { stream: true });
    if (performance.now() - this.last > SECOND) this.flush();
    return bytes.length;
  }

  flush() {
    this.last = performance.now();
    const text = this.text.slice(0, Math.max(0, MOST - this.sent));
    this.sent += text.length;
    this.text = "";
    if (text) tell({ kind: "output", id: this.id, stream: this.stream, text });
  }
}

async function load(first) {
  progress("fetch", 0);
  const { wheels, sizes } = await (await fetch(new URL("contents.json", RUNTIME))).json();
  if (first) counted(sizes);
  const bytes = async (name) => (await fetch(new URL(name, RUNTIME))).arrayBuffer();
  const [{ loadPyodide }, { Graphviz }, ...packed] = await Promise.all([
    import(new URL("pyodide.mjs", RUNTIME)), import(new URL("graphviz.js", RUNTIME)),
    ...wheels.map(bytes),
  ]);
  const [engine] = await Promise.all([
    Graphviz.load(),
    loadPyodide({ indexURL: RUNTIME.href, env: { LANGUAGE: "en", HOME: "/home/pyodide" } })
      .then((loaded) => { python = loaded; }),
  ]);
  progress("start", 0.75);
  python.setStdout({ batched() {} });
  const site = python.runPython("import site; site.getsitepackages()[0]");
  packed.forEach((wheel) => python.unpackArchive(wheel, "wheel", { extractDir: site }));
  python.runPython("import importlib; importlib.invalidate_caches()");
  progress("read", 0.85);
  python.pyimport("autograd.drawing").use_layout((dot, format) => engine.layout(dot, format, "dot"));
  cells = python.pyimport("nn.site.cells");
  progress("read", 0.95);
  // What a first explanation needs is read now.
  cells.explained("first.py", "w*x", "", ["w=2", "x=3"], "en");
}

function call({ id, name, args, space }) {
  const outputs = ["out", "err"].map((stream) => new Output(id, stream));
  const [out, err] = outputs.map((output) => ({ write: (bytes) => output.write(bytes) }));
  python.setStdout(out);
  python.setStderr(err);
  if (space !== undefined) {
    if (!spaces.has(space)) spaces.set(space, python.toPy({ __name__: "__main__" }));
    args = [...args, spaces.get(space)];
  }
  const given = args.map((arg) => Array.isArray(arg) ? python.toPy(arg) : arg);
  const result = cells[name](...given);
  python.runPython("import sys; sys.stdout.flush(); sys.stderr.flush()");
  outputs.forEach((output) => output.flush());
  return result?.toJs ? result.toJs({ dict_converter: Object.fromEntries }) : result;
}

// One after the other, in the order in which they were asked for.
self.onmessage = ({ data }) => { asking = (asking ?? Promise.resolve()).then(() => answer(data)); };

async function answer(message) {
  try {
    const result = message.kind === "load" ? await load(message.first) : call(message);
    tell({ kind: "done", id: message.id, result });
  } catch (error) {
    // Errors of the learner's have been told: this is one of the machine.
    tell({ kind: "broken", id: message.id, message: String(error?.message ?? error) });
  }
}
