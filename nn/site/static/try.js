// The page on which a learner writes a function, and has it explained.

import { $, anew, ask, begin, code, examples, fetched, frame, hinted, isLast, keep, language, point, say, told, write } from "./desk.js";
import { signature } from "./editor.js";

const { words } = told;

// Numbers that were typed beside the code stay while it is edited.
const typed = new Map();
function fields() {
  const { takes } = signature(code.text);
  // What has no number of its own begins with one, each with another.
  $("numbers").replaceChildren(...takes.map(([name, given], i) => {
    const label = document.createElement("label");
    const field = Object.assign(document.createElement("input"), {
      value: typed.get(name) ?? (given || String(i + 2)), size: 6, autocomplete: "off",
    });
    Object.assign(field.dataset, { name, given });
    field.addEventListener("input", () => {
      typed.set(name, field.value);
      keep();
    });
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) explain();
    });
    label.append(`${name} = `, field);
    return label;
  }));
}
const changed = () => [...$("numbers").querySelectorAll("input")]
  .filter(({ value, dataset }) => value.trim() && value.trim() !== dataset.given)
  .map(({ value, dataset }) => `${dataset.name}=${value.trim()}`);

const exampleAt = () => examples.findIndex((one) => one.code.trim() === code.text.trim());

async function explain() {
  const example = examples[exampleAt()], numbers = changed();
  if (example && !numbers.length) { // it lies there since the site was built
    const mine = anew(), page = await fetched(example.id);
    if (isLast(mine)) await frame.show(page);
    return;
  }
  const answer = await ask("explained", [words.file, code.text, signature(code.text).name, numbers, language]);
  if (!answer) return;
  const { result: page, out, err } = answer;
  // The last line tells that a file was written, which nobody sees here.
  say({ output: (page ? out.trimEnd().replace(/(^|\n).*$/, "") : out).trimEnd(), error: hinted(err.trim()) });
  if (page) await frame.show(page);
  else point(err);
}

function choose(number) {
  $("examples").value = number;
  code.text = examples[number].code.trimEnd();
  typed.clear();
  fields();
}

$("examples").append(new Option(words.own, ""), ...examples.map(({ name }, i) => new Option(name, i)));
$("examples").addEventListener("change", async ({ target }) => {
  if (target.value) choose(Number(target.value));
  else {
    code.text = "";
    fields();
    $("code").focus();
  }
  write();
  if (target.value) await explain();
});
$("code").addEventListener("input", () => {
  const example = exampleAt();
  $("examples").value = example < 0 ? "" : example;
  fields();
  keep();
});

begin({
  act: explain,
  content() {
    const example = exampleAt();
    if (example < 0 || changed().length) return { code: code.text, numbers: Object.fromEntries(typed) };
    return example ? `example=${example}` : "";
  },
  async open(given) {
    if (typeof given === "string") {
      const number = Number(given.replace("example=", ""));
      choose(examples[number] ? number : 0);
      await frame.show(await fetched(examples[$("examples").value].id));
      return;
    }
    typed.clear();
    code.text = String(given.code);
    for (const [name, number] of Object.entries(given.numbers ?? {})) typed.set(name, String(number));
    const example = exampleAt();
    $("examples").value = example < 0 ? "" : example;
    fields();
    say({ output: words.came }); // somebody's program runs once the reader wants it to
  },
});
