// The plane: what the network, and each neuron, gives at every point of it.

const N = 50; // points in each direction
const isLine = inputCount === 1;
const axes = [0, isLine ? 0 : 1]; // the features across and up
const range = [[-1, 1], [-1, 1]]; // of these, and on a line of what is predicted
const grid = new Float64Array(N * N * width);
const scale = { low: -1, high: 1, out: null };

const niceRange = (numbers) => {
  const low = Math.min(...numbers), high = Math.max(...numbers);
  const margin = 0.12 * (high - low) || 1;
  return numbers.length ? [low - margin, high + margin] : [-1, 1];
};
// The two features that tell most: those that vary most with the target.
const tellingAxes = () => {
  const telling = features.map((_, i) => {
    const groups = new Map();
    for (const row of data.given) {
      const key = isClassed ? row[inputCount] : Math.sign(row[inputCount] - targetMean());
      groups.set(key, [...(groups.get(key) ?? []), row[i]]);
    }
    const mean = (list) => list.reduce((a, b) => a + b, 0) / list.length;
    const spread = (list) => mean(list.map((x) => (x - mean(list)) ** 2));
    const all = [...groups.values()];
    return spread(all.flatMap((group) => group.map(() => mean(group)))) / (spread(all.flat()) || 1);
  });
  return [...telling.keys()].sort((a, b) => telling[b] - telling[a]).slice(0, 2).sort((a, b) => a - b);
};
const targetMean = () => meanOf(inputCount);
const meanOf = (feature) => data.given.reduce((sum, row) => sum + row[feature], 0)
  / Math.max(1, data.given.length);

// Where the points of the grid are: the features that are not looked at at their means.
const placeGrid = () => {
  const every = [...data.given, ...data.test];
  axes.forEach((feature, i) => { range[i] = niceRange(every.map((row) => row[feature])); });
  const targets = every.map((row) => row[inputCount]);
  [scale.low, scale.high] = targets.length ? [Math.min(...targets), Math.max(...targets)] : [-1, 1];
  if (isLine) range[1] = niceRange(targets);
  const means = features.map((_, i) => meanOf(i));
  for (let i = 0, at = 0; i < N * N; i++, at += width) {
    means.forEach((mean, k) => { grid[at + k] = mean; });
    const [column, row] = [i % N, Math.floor(i / N)];
    if (!isLine) grid[at + axes[1]] = fromBoard(1, 100 - (row + 0.5) * (100 / N));
    grid[at + axes[0]] = fromBoard(0, (column + 0.5) * (100 / N));
    for (let k = inputCount; k < width; k++) grid[at + k] = labels[0] ?? scale.low;
  }
};
// Between a feature and its place on the board, of 100 by 100, counted from the bottom.
const fromBoard = (axis, place) => range[axis][0] + (place / 100) * (range[axis][1] - range[axis][0]);
const onBoard = (axis, x) => (100 * (x - range[axis][0])) / (range[axis][1] - range[axis][0]);

// --- colours --------------------------------------------------------------------------

const SHADES = 127;
const palette = { signs: null, map: null, classes: [] };
const channels = (hex) => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));
const packed = (a, b, share) => {
  const [red, green, blue] = a.map((x, i) => Math.round(x + share * (b[i] - x)));
  return (255 << 24) | (blue << 16) | (green << 8) | red;
};
const readColours = () => {
  const style = getComputedStyle(document.documentElement);
  const named = (name) => channels(style.getPropertyValue(name).trim());
  const [paper, plus, minus] = ["--background", "--data", "--negative"].map(named);
  const shades = (ink, most) => Uint32Array.from({ length: SHADES + 1 },
    (_, i) => packed(paper, ink, (most * i) / SHADES));
  const signs = (most) => {
    const [up, down] = [shades(plus, most), shades(minus, most)];
    return Uint32Array.from({ length: 2 * SHADES + 1 },
      (_, i) => (i < SHADES ? down[SHADES - i] : up[i - SHADES]));
  };
  // Behind points the colours are pale.
  Object.assign(palette, { signs: signs(0.85), map: signs(0.5),
    classes: labels.map((_, k) => shades(named(`--series-${k % 8}`), 0.55)) });
};
const inkOf = (k) => (labels.length > 2 ? `var(--series-${k % 8})`
  : k ? "var(--data)" : "var(--negative)");

// A number from -1 to 1 as its shade.
const shade = (x, shades = palette.signs) => shades[Math.round((Math.max(-1, Math.min(1, x)) + 1) * SHADES) || 0];

// --- pictures -------------------------------------------------------------------------

const pictures = new Map(); // of each canvas what is painted into it
const pixelsOf = (canvas) => {
  if (!pictures.has(canvas)) {
    const context = canvas.getContext("2d");
    const image = context.createImageData(N, N);
    pictures.set(canvas, { context, image, pixels: new Uint32Array(image.data.buffer) });
  }
  return pictures.get(canvas);
};
const paint = (canvas, shadeAt) => {
  const { context, image, pixels } = pixelsOf(canvas);
  for (let i = 0; i < pixels.length; i++) pixels[i] = shadeAt(i);
  context.putImageData(image, 0, 0);
};

// How sure the network is at a point, by its scores: the shade of the class that wins.
const half = labels.length === 2 ? (labels[1] - labels[0]) / 2 : 1;
const shadeOfScores = (at) => {
  const out = scale.out;
  if (!isClassed) {
    return shade((2 * (out[at] - scale.low)) / (scale.high - scale.low || 1) - 1, palette.map);
  }
  if (outputs === 1) return shade(Math.tanh((out[at] - middle) / (game.bits ? 2 : half)), palette.map);
  const best = classAt(out, at);
  let sum = 0;
  for (let k = 0; k < outputs; k++) sum += Math.exp(out[at + k] - out[at + best]);
  const sure = (1 / sum - 1 / outputs) / (1 - 1 / outputs);
  if (outputs === 2) return shade(best ? sure : -sure, palette.map);
  return palette.classes[best][Math.round((0.25 + 0.75 * sure) * SHADES) || 0];
};
const computePlane = () => { scale.out = program.forward(grid); };
const paintMap = () => (isLine && !isClassed) || paint($("map"), (i) => shadeOfScores(i * stride + 1));
const paintNeuron = (canvas, neuron) => {
  const out = scale.out, first = 1 + outputs + neuron.output;
  let most = 1e-9;
  for (let at = first; at < out.length; at += stride) most = Math.max(most, Math.abs(out[at]));
  paint(canvas, (i) => shade(out[i * stride + first] / most));
};
const paintInput = (canvas, feature) => {
  const numbers = (i) => grid[i * width + feature];
  let most = 1e-9;
  for (let i = 0; i < N * N; i++) most = Math.max(most, Math.abs(numbers(i)));
  paint(canvas, (i) => shade(numbers(i) / most));
};

// --- lines: where one class ends, and curves over one feature ---------------------------

// How far the first class is from winning; a boundary is where it is 0.
const boundaryPath = () => {
  if (!isClassed || labels.length !== 2 || isLine) return "";
  const out = scale.out, side = 100 / N, parts = [];
  const lead = outputs === 1 ? (i) => out[i * stride + 1] - middle
    : (i) => out[i * stride + 2] - out[i * stride + 1];
  const x = (column) => ((column + 0.5) * side);
  for (let row = 0; row + 1 < N; row++) {
    for (let column = 0; column + 1 < N; column++) {
      const i = row * N + column;
      const corners = [lead(i), lead(i + 1), lead(i + N + 1), lead(i + N)];
      const above = corners.map((c) => c > 0);
      if (above.every((a) => a === above[0])) continue;
      const places = [[column, row], [column + 1, row], [column + 1, row + 1], [column, row + 1]];
      const cuts = [];
      for (let k = 0; k < 4; k++) {
        const l = (k + 1) % 4;
        if (above[k] === above[l]) continue;
        const t = corners[k] / (corners[k] - corners[l]);
        cuts.push([0, 1].map((d) => x(places[k][d] + t * (places[l][d] - places[k][d])).toFixed(1)));
      }
      for (let k = 0; k + 1 < cuts.length; k += 2) parts.push(`M${cuts[k]}L${cuts[k + 1]}`);
    }
  }
  return parts.join("");
};
const svg = (tag, attributes = {}, text = "") => {
  const made = document.createElementNS($("board").namespaceURI, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.textContent = text;
  return made;
};
const drawLines = () => {
  $("edge").setAttribute("d", boundaryPath());
  if (!isLine) return;
  const curves = [...Array(outputs).keys()].map((k) => {
    const places = [...Array(N).keys()].map((i) => [(i + 0.5) * (100 / N),
      100 - onBoard(1, scale.out[i * stride + 1 + k])].map((x) => x.toFixed(1)).join());
    const ink = isClassed && outputs > 1 ? inkOf(k) : "var(--text)";
    const made = svg("path", { d: `M${places.join("L")}` });
    made.style.stroke = ink;
    return made;
  });
  $("lines").replaceChildren(...curves);
};

// --- what stands beside the plane ---------------------------------------------------------

// A round number of ticks, in the units of what was measured.
const ticksOf = (axis) => {
  const [mean, unit] = isLine && axis ? (isClassed ? [0, 1] : game.target) : game.units[axes[axis]];
  const [low, high] = range[axis].map((x) => x * unit + mean);
  const rough = (high - low) / 4, power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((k) => k * power).find((k) => k >= rough);
  const ticks = [];
  for (let k = Math.ceil(low / step); k * step <= high; k++) {
    ticks.push([onBoard(axis, (k * step - mean) / unit), short(Number((k * step).toPrecision(6)))]);
  }
  return ticks;
};
const drawTicks = () => {
  const made = [];
  for (const [x, text] of ticksOf(0)) {
    made.push(svg("path", { d: `M${x} 100V101.5` }),
      svg("text", { x, y: 106, "text-anchor": "middle" }, text));
  }
  for (const [y, text] of ticksOf(1)) {
    made.push(svg("path", { d: `M0 ${100 - y}H-1.5` }),
      svg("text", { x: -2.2, y: 101.3 - y, "text-anchor": "end" }, text));
  }
  made.push(svg("path", { d: "M0 0V100H100" }));
  const up = isLine ? words.predicted : features[axes[1]];
  made.push(svg("text", { class: "name", x: 100, y: 111.5, "text-anchor": "end" }, features[axes[0]]),
    svg("text", { class: "name", x: -9, y: -2 }, up));
  $("ticks").replaceChildren(...made);
};
