// The page on which a learner writes a function, and has it explained.

import { editor, signature } from "./editor.js";
import { packed, unpacked } from "./link.js";
import { Broken, Python, Stopped, filled, follow, seconds, show } from "./python.js";

const { words, root, examples } = JSON.parse(document.getElementById("data").textContent);
const language = document.documentElement.lang;
const $ = (id) => document.getElementById(id);
const code = editor($("code"));
const site = (path) => new URL(root + path, location);
let asked = 0; // which explanation is the last that was asked for

// Numbers that were typed beside the code stay while it is edited.
const typed = new Map();
function fields() {
  const { takes } = signature(code.text);
  $("numbers").replaceChildren(...takes.map(([name, given]) => {
    const label = document.createElement("label");
    const field = Object.assign(document.createElement("input"), {
      value: typed.get(name) ?? given, size: 6, autocomplete: "off", inputMode: "text",
    });
    Object.assign(field.dataset, { name, given });
    field.addEventListener("input", () => {
      typed.set(name, field.value);
      keep();
    });
    field.addEventListener("keydown", (event) => { if (event.key === "Enter") explain(); });
    label.append(`${name} = `, field);
    return label;
  }));
}
const changed = () => [...$("numbers").querySelectorAll("input")]
  .filter(({ value, dataset }) => value.trim() && value.trim() !== dataset.given)
  .map(({ value, dataset }) => `${dataset.name}=${value.trim()}`);

// What is on the page goes into its link a moment later.
let timer;
const content = async () => {
  const example = examples.findIndex((one) => one.code === code.text);
  if (example >= 0 && !changed().length) return example ? `#example=${example}` : "";
  return `#code=${await packed({ code: code.text, numbers: Object.fromEntries(typed) })}`;
};
async function write() {
  clearTimeout(timer);
  history.replaceState(null, "", (await content()) || location.pathname + location.search);
}
const keep = () => { clearTimeout(timer); timer = setTimeout(write, 400); };

function say({ output = "", error = "" }) {
  $("shown").classList.toggle("stale", Boolean(error)); // what is there is of another code
  for (const [id, text] of Object.entries({ output, error })) {
    $(id).textContent = text;
    $(id).hidden = !text;
  }
}

async function explain() {
  const mine = ++asked;
  const example = examples.find((one) => one.code === code.text);
  const numbers = changed();
  say({});
  code.mark(0);
  if (example && !numbers.length) { // it lies there since the site was built
    const page = await (await fetch(site(example.page))).text();
    if (mine === asked) await show($("frame"), page);
    return;
  }
  if (python.phase === "busy") python.stop();
  $("stop").hidden = false;
  const told = { out: "", err: "" };
  try {
    const onOutput = (text, stream) => {
      told[stream] += text;
      if (mine === asked) say({ output: told.out.trimEnd() });
    };
    const args = [words.file, code.text, signature(code.text).name, numbers, language];
    const page = await python.call("explained", args, { onOutput });
    if (mine !== asked) return;
    // The last line tells that a file was written, which nobody sees here.
    if (page) told.out = told.out.trimEnd().replace(/(^|\n).*$/, "");
    say({ output: told.out.trimEnd(), error: told.err.trim() });
    if (page) await show($("frame"), page);
    else point(told.err);
  } catch (error) {
    if (mine === asked) say({ output: told.out.trimEnd(), error: fault(error) });
  } finally {
    if (mine === asked) $("stop").hidden = true;
  }
}

// Mark the line that an error names.
function point(text) {
  const at = text.indexOf(`${words.file}:`);
  if (at >= 0) code.mark(parseInt(text.slice(at + words.file.length + 1), 10));
}

// Python in a browser has less room than elsewhere for what goes deep.
function fault(error) {
  if (error instanceof Stopped) {
    return filled(words.stopped, { seconds: seconds(python.started, language) });
  }
  if (!(error instanceof Broken)) return String(error);
  const deep = /call stack|recursion|stack overflow/i.test(error.message);
  return filled(deep ? words.deep : words.broken, { message: error.message });
}

async function open() {
  const [, kind, text] = location.hash.match(/^#(code|example)=(.*)$/) ?? [];
  let opened;
  try {
    opened = kind === "code" && await unpacked(text);
  } catch {
    say({ error: words.damaged });
  }
  typed.clear();
  if (opened) {
    code.text = String(opened.code);
    Object.entries(opened.numbers ?? {}).forEach(([name, number]) => typed.set(name, String(number)));
    $("examples").value = "";
    fields();
    // It is somebody's program: it runs once the reader wants it to.
    say({ output: words.came });
    return;
  }
  choose(kind === "example" && examples[text] ? Number(text) : 0);
}

function choose(number) {
  $("examples").value = number;
  code.text = examples[number].code;
  typed.clear();
  fields();
  explain();
}

$("examples").append(new Option(words.own, ""), ...examples.map(({ name }, i) => new Option(name, i)));
$("examples").addEventListener("change", ({ target }) => {
  if (target.value === "") code.text = "";
  else choose(Number(target.value));
  fields();
  write();
  if (target.value === "") $("code").focus();
});
$("code").addEventListener("input", () => {
  const example = examples.findIndex((one) => one.code === code.text);
  $("examples").value = example >= 0 ? example : "";
  fields();
  keep();
});
$("code").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) explain();
});
$("explain").addEventListener("click", explain);
$("stop").addEventListener("click", () => python.stop());
$("share").addEventListener("click", async () => {
  await write();
  const done = await navigator.clipboard?.writeText(location.href).then(() => true, () => false);
  $("share").textContent = done ? words.copied : words.in_address;
});
$("share").addEventListener("blur", () => { $("share").textContent = words.share; });
$("whole").addEventListener("click", () => {
  const whole = document.body.classList.toggle("whole");
  $("whole").setAttribute("aria-pressed", whole);
});
addEventListener("hashchange", open);

await open();
const python = new Python(new URL(root, location));
follow(python, $("state"), document.querySelector("progress"), words);
