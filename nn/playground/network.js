// The network: a picture for each neuron, and a line for each weight.

const MOST_SHOWN = 20; // neurons of a layer, and features
const GAP = 74; // between layers, at least
const shownLayers = [
  features.slice(0, MOST_SHOWN).map((name, i) => ({ name, source: i, input: i })),
  ...layers.map((layer) => layer.slice(0, MOST_SHOWN)
    .map((neuron) => ({ ...neuron, source: inputCount + neuron.output }))),
];
const boxes = new Map(); // the element of each, by its number as a source
const wires = []; // of each weight that is drawn, and each bias: where it is, and its lines

const nameOf = (source) => (source < 0 ? "" : source < inputCount ? features[source]
  : fill(words.neuron_name, { name: neurons[source - inputCount].name }));
const roleOf = (wire) => fill(wire.from < 0 ? words.bias_of : words.weight_of, {
  from: nameOf(wire.from), to: nameOf(wire.to) });

// --- where things stand ---------------------------------------------------------------

const buildNetwork = () => {
  const lines = svg("svg", { "aria-hidden": "true" });
  const holder = $("wires");
  holder.append(lines);
  shownLayers.forEach((layer, column) => layer.forEach((unit, row) => {
    const box = element(column ? "button" : "div", "neuron",
      Object.assign(document.createElement("canvas"), { width: N, height: N }));
    Object.assign(box.dataset, { column, row });
    if (column) {
      box.title = nameOf(unit.source);
      box.setAttribute("aria-label", nameOf(unit.source));
      box.addEventListener("click", () => openNeuron(unit.name));
      for (const kind of ["pointerenter", "focus"]) {
        box.addEventListener(kind, () => tell(neuronTold(unit)));
      }
    }
    const label = element("span", "label", unit.name);
    holder.append(box, label);
    boxes.set(unit.source, { box, label, unit });
  }));
  [features, ...layers].forEach((layer, column) => {
    if (layer.length <= MOST_SHOWN) return;
    const more = element("span", "label more", `+ ${layer.length - MOST_SHOWN}`);
    more.dataset.column = column;
    holder.append(more);
  });
  for (const { unit } of [...boxes.values()]) {
    if (unit.input !== undefined) continue;
    unit.weights.forEach((parameter, i) => {
      if (parameter >= 0 && boxes.has(unit.from[i])) addWire(lines, parameter, unit.from[i], unit);
    });
    if (unit.bias >= 0) addWire(lines, unit.bias, -1, unit);
  }
  placeNetwork();
};
const addWire = (lines, parameter, from, unit) => {
  const wire = { parameter, place: placeOf[parameter], from, to: unit.source,
    line: svg("path", { class: "wire" }), touch: svg("path", { class: "touch" }) };
  wire.touch.addEventListener("pointerenter", () => mark(wire));
  wire.touch.addEventListener("pointerleave", () => mark(null));
  lines.append(wire.line, wire.touch);
  wires.push(wire);
};
const placeNetwork = () => {
  const most = Math.max(...shownLayers.map((layer) => layer.length));
  const room = $("net").clientHeight;
  const pitch = Math.max(26, Math.min(62, (Math.max(room, 300) - 8) / most));
  const size = Math.min(44, pitch - 7);
  const columns = shownLayers.length;
  const broad = Math.max($("net").clientWidth - 4, columns * GAP);
  const high = most * pitch + 8;
  $("wires").style.width = `${broad}px`;
  $("wires").style.height = `${high}px`;
  const longest = Math.max(...features.map((name) => name.length));
  const labelled = Math.min(88, 14 + 6 * longest); // room for the names of the features
  const at = new Map();
  for (const { box, label, unit } of boxes.values()) {
    const { column, row } = box.dataset;
    const x = labelled + (column * (broad - labelled - size - 8)) / Math.max(1, columns - 1);
    const y = high / 2 + (row - (shownLayers[column].length - 1) / 2) * pitch - size / 2;
    at.set(unit.source, [x, y]);
    Object.assign(box.style, { left: `${x}px`, top: `${y}px`, width: `${size}px`, height: `${size}px` });
    label.hidden = Number(column) > 0;
    Object.assign(label.style, { right: `${broad - x + 5}px`, top: `${y + size / 2 - 5}px` });
  }
  for (const more of all(".more")) {
    const [x] = at.get(shownLayers[more.dataset.column][0].source);
    Object.assign(more.style, { left: `${x + 6}px`, top: `${high}px` });
  }
  for (const wire of wires) {
    const [x, y] = at.get(wire.to);
    const middle = y + size / 2;
    if (wire.from < 0) {
      wire.d = `M${x + size / 2} ${y - 6}V${y}`;
    } else {
      const [a, b] = at.get(wire.from);
      const bend = (x - a - size) / 2;
      wire.d = `M${a + size} ${b + size / 2}C${a + size + bend} ${b + size / 2} ${x - bend} ${middle} ${x} ${middle}`;
    }
    wire.line.setAttribute("d", wire.d);
    wire.touch.setAttribute("d", wire.d);
  }
};

// --- what moves -----------------------------------------------------------------------

const showWires = () => {
  for (const wire of wires) {
    const weight = p[wire.place];
    // Weights of about 1 are told apart best.
    const broad = 0.4 + 5 * Math.tanh(Math.abs(weight) / 2);
    wire.line.style.strokeWidth = (wires.length > 300 ? broad / 2 : broad).toFixed(1);
    wire.line.classList.toggle("negative", weight < 0);
  }
};
let turn = 0; // which neuron is painted next
const paintNeurons = (until) => {
  const units = [...boxes.values()].filter(({ unit }) => unit.input === undefined);
  for (let n = 0; n < units.length; n++) {
    if (n && performance.now() > until) return;
    turn = (turn + 1) % units.length;
    const { box, unit } = units[turn];
    paintNeuron(box.firstChild, unit);
  }
};
const paintInputs = () => {
  for (const { box, unit } of boxes.values()) {
    if (unit.input !== undefined) paintInput(box.firstChild, unit.input);
  }
};
const showStates = () => {
  const found = { dead: [], saturated: [] };
  for (const { box, unit } of boxes.values()) {
    if (unit.input !== undefined) continue;
    const state = stateOf(unit);
    box.classList.toggle("dead", state === "dead");
    box.classList.toggle("saturated", state === "saturated");
    if (state) found[state].push(unit.name);
  }
  return found;
};

// --- what is told of a weight or a neuron ---------------------------------------------

let marked = null;
const told = { now: null };
const tell = (say) => {
  told.now = say;
  $("told").textContent = say ? say() : words.point_at;
};
const retell = () => { if (told.now) $("told").textContent = told.now(); };
const freshSlopes = () => { if (data.rows.length) slopesOf(data.X); };
const mark = (wire) => {
  marked?.line.classList.remove("marked");
  marked = wire;
  if (!wire) return tell(null);
  wire.line.classList.add("marked");
  tell(() => {
    if (!playing) freshSlopes();
    return fill(words.weight_told, { role: roleOf(wire), name: game.parameters[wire.parameter],
      value: short(p[wire.place]), slope: short(slopes[wire.place]) });
  });
};
const neuronTold = (unit) => () => {
  const state = now ? stateOf(unit) : "";
  const bias = unit.bias < 0 ? "" : short(p[placeOf[unit.bias]]);
  return [fill(words.neuron_told, { name: nameOf(unit.source), bends: unit.bends || words.bent,
    bias, count: unit.weights.length }), state && words[`${state}_how`]].filter(Boolean).join(" ");
};

// The keys of a neuron: its weights one after the other, the neurons beside it.
const moveOn = (event) => {
  const box = event.target.closest("button.neuron");
  if (!box) return false;
  const [column, row] = [Number(box.dataset.column), Number(box.dataset.row)];
  const to = { ArrowLeft: [column - 1, row], ArrowRight: [column + 1, row] }[event.key];
  if (to) {
    const layer = shownLayers[to[0]] ?? [];
    const next = layer[Math.min(to[1], layer.length - 1)];
    if (to[0] > 0 && next) boxes.get(next.source).box.focus();
    return true;
  }
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!by) return false;
  const own = wires.filter((wire) => wire.to === shownLayers[column][row].source);
  if (!own.length) return true;
  const at = own.indexOf(marked);
  mark(own[(at + by + own.length + (at < 0 && by < 0)) % own.length]);
  $("live").textContent = $("told").textContent;
  return true;
};
