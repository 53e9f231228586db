// A neuron opens its explain page, which is told the numbers of this moment.

const { explained } = game;
const probed = probing.parameters; // of the program that finds the numbers

// The numbers of a neuron at a sample: what goes in, what comes out, and its slope.
const neuronAt = ({ parameters, places }, sample) => {
  const X = data.X.slice(sample * width, (sample + 1) * width);
  probing.order.forEach((parameter, place) => {
    probed[place] = parameter in placeOf ? p[placeOf[parameter]] : 0;
  });
  const loss = probing.gradient(X), out = probing.forward(X);
  const own = parameters.map((parameter) => probing.order.indexOf(parameter));
  const x = places.map((place) => out[place]);
  const y = x.pop(), slope = probing.slopes[own.pop()];
  const w = own.map((place) => probed[place]);
  return { loss, x, y, slope, b: w.pop(), w, start: loss - slope * y };
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
const sourceNamed = (source) => (source === null ? explained.words.computed
  : typeof source === "number" ? features[source] : unitNamed(source));
const namesOf = ({ parameters, sources }, kept) => [
  ...kept.flatMap((i, k) => [[`x${k + 1}`, sourceNamed(sources[i])],
    [`w${k + 1}`, game.parameters[parameters[i]]]]),
  ["b", game.parameters[parameters[sources.length]]],
  ...(kept.length < sources.length ? [["rest",
    fill(explained.words.rest, { count: sources.length - kept.length })]] : []),
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

let neuronName = "";
const sampleChosen = () =>
  Math.min(Math.max(1, Math.round(Number(sampleField.value)) || 1), data.rows.length) - 1;
const tellNeuron = () => {
  const neuron = explained.neurons[neuronName], sample = sampleChosen();
  const found = neuronAt(neuron, sample), kept = keptOf(found);
  const row = data.rows[sample];
  const title = fill(explained.words.title, { neuron: unitNamed(neuronName), sample: sample + 1 });
  neuronNote.textContent = fill(explained.words.about, { loss: short(found.loss),
    inputs: features.map((name, i) => `${name} = ${short(row[i])}`).slice(0, 4).join(", "),
    target: row.slice(inputCount).map(short).join(", ") });
  neuronNames.replaceChildren(...namesOf(neuron, kept).map(([name, said]) =>
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

const pageOf = (neuron) =>
  explained.pages[neuron.page].map((line) => explained.lines[line]).join("\n");
const openNeuron = (name) => {
  if (playing) pause();
  const neuron = explained.neurons[name], page = neuron ? pageOf(neuron) : "";
  const refusal = !neuron ? explained.words.not_alone : !data.rows.length
    ? explained.words.no_samples : page.startsWith("<!doctype") ? "" : page;
  if (!shownNeuron.isConnected) document.body.append(shownNeuron);
  neuronName = name;
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
