// What the pages with an editor share: code on the left, Python that runs it, what comes
// of it on the right; and all of that in the link.

import { editor } from "./editor.js";
import { packed, unpacked } from "./link.js";
import { Broken, Frame, Python, Stopped, filled, follow, seconds } from "./python.js";

export const told = JSON.parse(document.getElementById("data").textContent);
export const $ = (id) => document.getElementById(id);
export const language = document.documentElement.lang;
const { words } = told;
export const code = editor($("code"));
export const examples = Object.entries(told.examples).map(([id, one]) => ({ id, ...one }));
export const fetched = async (id) => (await fetch(`${id}.html`)).text();

let hear = () => {};
export const frame = new Frame($("frame"), (message) => hear(message));
export const onMessage = (function_) => { hear = function_; };

// Python comes once the page is there, or somebody asks it.
let made;
function python() {
  if (!made) {
    made = new Python();
    follow(made, $("state"), document.querySelector("progress"), words);
  }
  return made;
}
const PATIENCE = 3000; // milliseconds; what takes less is waited for
let asked = 0, since = 0; // which answer is the last that was asked for, and when

export function say({ output = "", error = "" }) {
  $("shown").classList.toggle("stale", Boolean(error)); // what is there is of another code
  if (error) isWhole(false);
  for (const [id, text] of Object.entries({ output, error })) {
    $(id).textContent = text;
    $(id).hidden = !text;
  }
}

// Whether the page has the whole width, and the code is hidden.
export function isWhole(whole) {
  document.body.classList.toggle("whole", whole);
  $("whole").setAttribute("aria-expanded", !whole);
}

// What was asked before is asked no more; the number of this question.
export function anew() {
  say({});
  code.mark(0);
  if (made?.phase === "busy" && performance.now() - since > PATIENCE) made.stop();
  return ++asked;
}
export const isLast = (number) => number === asked;

// Ask Python; null where nobody wants to know any more, or it was said what is wrong.
export async function ask(name, args, space) {
  const mine = anew();
  since = performance.now();
  $("stop").hidden = false;
  if (python().phase !== "ready") say({ output: words.queued });
  const printed = { out: "", err: "" };
  try {
    const result = await python().call(name, args, {
      space,
      onOutput(text, stream) {
        printed[stream] += text;
        if (isLast(mine)) say({ output: printed.out.trimEnd() });
      },
    });
    if (isLast(mine)) say({});
    return isLast(mine) ? { result, ...printed } : null;
  } catch (error) {
    // A machine that breaks prints where it was.
    const output = printed.out.split("Stack (most recent")[0].trimEnd();
    if (isLast(mine)) say({ output, error: fault(error) });
    return null;
  } finally {
    if (isLast(mine)) $("stop").hidden = true;
  }
}

// Mark the line that an error names.
export function point(text) {
  const line = [...text.matchAll(new RegExp(`${words.file}\\W+(?:line )?(\\d+)`, "g"))].at(-1);
  if (line) code.mark(Number(line[1]));
}

// What is wrong, and the line that is perhaps missing.
export function hinted(error) {
  const [, name] = error.match(/NameError: name '(\w+)' is not defined/) ?? [];
  return told.names.includes(name) ? `${error}\n${filled(words.import, { name })}` : error;
}

// Python in a browser has less room than elsewhere for what goes deep.
function fault(error) {
  if (error instanceof Stopped) {
    return filled(words.stopped, { seconds: seconds(made.started, language) });
  }
  if (!(error instanceof Broken)) return String(error);
  const deep = /call stack|recursion|stack overflow/i.test(error.message);
  return filled(deep ? words.deep : words.broken, { message: error.message });
}

// What is on the page goes into its link a moment later: `content` returns the part
// after #, or what is to be packed there.
let content = () => "", timer;
export async function write() {
  clearTimeout(timer);
  const given = await content();
  const hash = typeof given === "string" ? given : `code=${await packed(given)}`;
  history.replaceState(null, "", hash ? `#${hash}` : location.pathname + location.search);
}
export const keep = () => {
  clearTimeout(timer);
  timer = setTimeout(write, 400);
};

// Begin with what the link says: `open` gets what was packed, or the part after #.
export async function begin({ open, ...rest }) {
  content = rest.content;
  const act = async () => {
    await rest.act();
    // On a phone what comes of it stands below.
    if (innerWidth < 960 && $("error").hidden) $("shown").scrollIntoView();
  };
  const opened = async () => {
    const hash = location.hash.slice(1);
    try {
      await open(hash.startsWith("code=") ? await unpacked(hash.slice(5)) : hash);
    } catch {
      await open("");
      say({ error: words.damaged });
    }
  };
  $("act").addEventListener("click", act);
  $("write").addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) act();
  });
  addEventListener("hashchange", opened);
  await opened();
  python();
}

$("stop").addEventListener("click", () => made?.stop());
$("share").addEventListener("click", async () => {
  await write();
  const done = await navigator.clipboard?.writeText(location.href).then(() => true, () => false);
  $("share").textContent = done ? words.copied : words.in_address;
});
$("share").addEventListener("blur", () => { $("share").textContent = words.share; });
$("whole").addEventListener("click", () => isWhole(!document.body.classList.contains("whole")));
