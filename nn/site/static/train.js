// The page on which a network trains: chosen in fields, or written in Python.

import { $, anew, ask, begin, code, examples, fetched, frame, hinted, isLast, isWhole, keep, language, onMessage, point, say, told, write } from "./desk.js";

const { words } = told;
const SHOW = `
from nn.playground import playground_page
from nn.site.cells import Html
others = {name: globals().get(name) for name in ("loss", "test")}
Html(playground_page(model, data, **others, language="${language}"))`;
let built = 0; // programs, each with variables of its own
const choices = ["hidden", "activation", "loss"];

// What the fields say, as a program: it is what runs, and can be edited.
const layers = () => ($("hidden").value.match(/\d+/g) ?? []).map(Number);
const written = () => `from nn import MLP, ${$("loss").value}

model = MLP(2, [${[...layers(), 1].join(", ")}],
            activation="${$("activation").value}",
            seed=0)
data = "moons"
loss = ${$("loss").value}`;
const first = written();

let state = ""; // of the page in the frame: which data, which rate, …
onMessage((message) => {
  if (typeof message?.state !== "string" || message.state === state) return;
  state = message.state;
  keep();
});
async function trains(page, before) {
  await frame.show(page);
  if (before) frame.tell({ state: before });
}
// Weights of another network are of no use to this one.
function kept() {
  const all = new URLSearchParams(state);
  ["weights", "steps", "seen", "seed"].forEach((name) => all.delete(name));
  return all.toString();
}

const isUsual = () => code.text.trim() === first;
async function build(before = kept()) {
  if (isUsual()) { // it lies there since the site was built
    const mine = anew(), page = await fetched("moons");
    if (isLast(mine)) await trains(page, before);
    return;
  }
  const space = `train ${++built}`;
  let answer = await ask("run_cell", [`${code.text}\nNone`, words.file], space);
  const printed = answer?.out ?? "";
  if (answer && !answer.result.error) answer = await ask("run_cell", [SHOW, "<page>"], space);
  if (!answer) return;
  const { result } = answer;
  // A line of ours is none of the learner's.
  const error = result.error?.replace(/ +File "<page>".*\n( {4}.*\n)*/, "")
    .replace(/^Traceback.*\n(?! +File)/, "").trim();
  say({ output: (printed + answer.out).trimEnd(), error: error && hinted(error) });
  if (error) point(error);
  else await trains(result["text/html"], before);
}

for (const name of choices) {
  $(name).addEventListener("change", () => {
    code.text = written();
    $("examples").value = "";
    keep();
    build();
  });
}
$("examples").append(new Option(words.chosen, ""), new Option(words.own, "own"), ...examples.map(({ name }, i) => new Option(name, i)));
$("examples").addEventListener("change", ({ target }) => {
  if (target.value === "own") {
    $("code").focus();
    return;
  }
  code.text = examples[target.value]?.code.trimEnd() ?? written();
  write();
  build();
});
const nameCode = () => { $("examples").value = code.text === written() ? "" : "own"; };
$("code").addEventListener("input", () => {
  nameCode();
  keep();
});

begin({
  act: () => build(),
  content: () => ({
    ...(isUsual() ? {} : { code: code.text }), state,
    ...Object.fromEntries(choices.map((name) => [name, $(name).value])),
  }),
  async open(given) {
    const packed = typeof given === "string" ? {} : given;
    for (const name of choices) {
      const text = packed[name], field = $(name);
      if (text === undefined) continue;
      if (!field.options || [...field.options].some(({ value }) => value === text)) field.value = text;
    }
    code.text = packed.code ?? first;
    nameCode();
    const isOwn = $("examples").value === "own";
    isWhole(!isOwn);
    if (isUsual() || !isOwn) await build(packed.state ?? "");
    else say({ output: words.came }); // somebody's program runs once the reader wants it to
  },
});
