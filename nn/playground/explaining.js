// A neuron opens its explain page, which is told the numbers of this moment.

const { explained } = game;
const probed = probing.parameters; // of the program that finds the numbers

// The numbers of a neuron at a sample: what goes in, what comes out, and its slope.
const neuronAt = (unit, sample) => {
  const X = data.X.slice(sample * width, (sample + 1) * width);
  probing.order.forEach((parameter, place) => {
    probed[place] = parameter in placeOf ? p[placeOf[parameter]] : 0;
  });
  const loss = probing.gradient(X), out = program.forward(X);
  const given = (k) => out[1 + outputs + k];
  const x = unit.from.map((source) => (source < inputCount ? X[source] : given(source - inputCount)));
  const w = unit.weights.map((parameter) => p[placeOf[parameter]]);
  const slope = probing.slopes[probing.order.indexOf(placeOf.length + unit.output)];
  return { loss, x, w, b: p[placeOf[unit.bias]], slope,
    start: loss - slope * given(unit.output) };
};

// Of many inputs those that weigh most are told one by one; the others are a rest.
const keptOf = ({ w, x }) => {
  const every = [...w.keys()];
  if (every.length <= explained.most) return every;
  return every.sort((i, j) => Math.abs(w[j] * x[j]) - Math.abs(w[i] * x[i]))
    .slice(0, explained.most - 1).sort((i, j) => i - j);
};
const numbersOf = ({ w, x, b, slope, start }, kept) => {
  const told = { b, slope, start };
  kept.forEach((i, k) => Object.assign(told, { [`w${k + 1}`]: w[i], [`x${k + 1}`]: x[i] }));
  const rest = [...w.keys()].filter((i) => !kept.includes(i));
  if (rest.length) told.rest = rest.reduce((sum, i) => sum + w[i] * x[i], 0);
  return told;
};

// What the names stand for, as the function of the page has them.
const unitNamed = (name) => {
  const [layer, neuron] = name.split(".");
  return fill(explained.words.neuron_name, { neuron, layer });
};
const sourceNamed = (source) => (source < inputCount ? features[source]
  : unitNamed(neurons[source - inputCount].name));
const namesOf = (unit, kept) => [
  ...kept.flatMap((i, k) => [[`x${k + 1}`, sourceNamed(unit.from[i])],
    [`w${k + 1}`, game.parameters[unit.weights[i]]]]),
  ["b", game.parameters[unit.bias]],
  ...(kept.length < unit.from.length ? [["rest",
    fill(explained.words.rest, { count: unit.from.length - kept.length })]] : []),
  ["slope", explained.words.slope], ["start", explained.words.start],
];

// A sample from which a slope arrives tells most: the one of the largest loss.
const mostWrong = () => {
  const out = program.forward(data.X);
  const losses = data.rows.map((_, i) => out[i * stride]);
  return losses.indexOf(Math.max(...losses));
};

// --- the dialog -----------------------------------------------------------------------

const shownNeuron = element("dialog", "explained");
const neuronNote = element("p", "note");
const neuronNames = element("dl", "");
const neuronFrame = element("iframe", "");
const sampleField = element("input", "number");
const sampleLabel = element("label", "", explained.words.sample, " ", sampleField);
const closeButton = element("button", "", explained.words.close);
const namesBox = element("details", "", element("summary", "", explained.words.names),
  neuronNames);
Object.assign(sampleField, { type: "number", min: 1 });
neuronFrame.setAttribute("sandbox", "allow-scripts");
shownNeuron.append(element("div", "row", sampleLabel, neuronNote, closeButton), namesBox,
  neuronFrame);
closeButton.addEventListener("click", () => shownNeuron.close());
shownNeuron.addEventListener("close", () => { neuronFrame.srcdoc = ""; });

let shownUnit = null;
const sampleChosen = () =>
  Math.min(Math.max(1, Math.round(Number(sampleField.value)) || 1), data.rows.length) - 1;
const tellNeuron = () => {
  const sample = sampleChosen();
  const found = neuronAt(shownUnit, sample), kept = keptOf(found);
  const row = data.rows[sample];
  const title = fill(explained.words.title, { neuron: unitNamed(shownUnit.name), sample: sample + 1 });
  neuronNote.textContent = fill(explained.words.about, { loss: short(found.loss),
    inputs: features.map((name, i) => `${name} = ${short(row[i])}`).slice(0, 4).join(", "),
    target: row.slice(inputCount).map(short).join(", ") });
  neuronNames.replaceChildren(...namesOf(shownUnit, kept).map(([name, said]) =>
    element("div", "", element("dt", "", element("var", "", name)), element("dd", "", said))));
  neuronFrame.title = title;
  neuronFrame.contentWindow.postMessage({ numbers: numbersOf(found, kept), title }, "*");
};
sampleField.addEventListener("change", () => {
  sampleField.value = sampleChosen() + 1;
  tellNeuron();
});
neuronFrame.addEventListener("load", () => { if (neuronFrame.srcdoc) tellNeuron(); });
addEventListener("message", ({ source }) => {
  if (source === neuronFrame.contentWindow) neuronFrame.classList.add("told");
});

const openNeuron = (name) => {
  if (playing) pause();
  const unit = neurons.find((one) => one.name === name);
  const page = (explained.pages[unit.page] ?? []).map((line) => explained.lines[line]).join("\n");
  const refusal = !page ? explained.words.not_alone : !data.rows.length
    ? explained.words.no_samples : page.startsWith("<!doctype") ? "" : page;
  if (!shownNeuron.isConnected) document.body.append(shownNeuron);
  shownUnit = unit;
  shownNeuron.setAttribute("aria-label", unitNamed(name));
  neuronNote.textContent = refusal;
  neuronFrame.classList.remove("told");
  for (const part of [sampleLabel, namesBox, neuronFrame]) part.hidden = Boolean(refusal);
  shownNeuron.classList.toggle("small", Boolean(refusal));
  shownNeuron.showModal();
  if (refusal) return;
  Object.assign(sampleField, { max: data.rows.length, value: mostWrong() + 1 });
  const theme = isDark() ? "dark" : "light";
  neuronFrame.srcdoc = page.replace("<html ", `<html data-theme="${theme}" `);
};
