// What there is to learn: sets that came with the page or are drawn here, and own points.

const game = JSON.parse($("game").textContent);
const { words, features, labels, classes, layers, outputs } = game;
const neurons = layers.flat();
const inputCount = features.length;
const width = inputCount + game.targets; // numbers of a sample, its target last
const stride = 1 + outputs + neurons.length; // numbers that it gives: the loss first
const isClassed = labels.length > 0;

// Numbers by lot, the same for the same seed.
const lots = (seed) => () => {
  seed = (seed + 0x6d2b79f5) | 0;
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
};
const normal = (random) =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
const shuffle = (list, random) => {
  for (let i = list.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [list[i], list[j]] = [list[j], list[i]];
  }
  return list;
};

// --- sets that are drawn here ---------------------------------------------------------

// Of a share t of the way along a class, and its number: a point, and how far noise goes.
const shapes = {
  moons: (t, k) => (k ? [1 - Math.cos(Math.PI * t), 0.5 - Math.sin(Math.PI * t)]
    : [Math.cos(Math.PI * t), Math.sin(Math.PI * t)]),
  circles: (t, k) => [Math.cos(2 * Math.PI * t), Math.sin(2 * Math.PI * t)]
    .map((x) => (k ? x / 2 : x)),
  spiral: (t, k) => {
    const [way, angle] = [Math.sqrt(t), 2 * Math.PI * Math.sqrt(t) + Math.PI * k];
    return [way * Math.cos(angle), way * Math.sin(angle)];
  },
  xor: (t, k, random) => {
    const [x, y] = [0.05 + 0.95 * random(), 0.05 + 0.95 * random()];
    const right = random() < 0.5 ? 1 : -1;
    return [right * x, (k ? -right : right) * y];
  },
};
const noises = { moons: 0.1, circles: 0.08, spiral: 0.02, xor: 0 };
const drawnSet = (name, count, seed, noise) => {
  const random = lots(seed);
  return [...Array(count).keys()].map((i) => {
    const k = i % 2, t = (Math.floor(i / 2) + 0.5) / Math.ceil(count / 2);
    const point = shapes[name](t, k, random);
    return [...point.map((x) => x + noise * normal(random)), labels[k]];
  });
};

// --- what is learned now --------------------------------------------------------------

const flat = (rows) => Float64Array.from(rows.flat());
const isLike = (a, b) => a.every((x, i) => x === b[i]);
const setOf = ({ made, rows, test }, noise) => (rows ? { rows, test: test ?? [] }
  : { rows: drawnSet(made, 200, 1, noise), test: drawnSet(made, 100, 2, noise) });
const isDrawn = (set) => Boolean(set.made); // by the page
const data = {
  at: 0, // which set
  noise: 0, // in one that is drawn here
  given: [], // its samples
  rows: [], // those that are learned: of the set, and own ones
  test: [],
  X: new Float64Array(0), Xtest: new Float64Array(0),
};
const isOwn = (row) => !data.given.includes(row);
const refill = () => {
  data.X = flat(data.rows);
  data.Xtest = flat(data.test);
};
const chooseSet = (at, noise = noises[game.sets[at].made]) => {
  const { test, rows: inOrder } = setOf(game.sets[at], noise);
  // Batches go through them in their order, in which classes are mixed.
  const rows = shuffle([...inOrder], lots(7));
  Object.assign(data, { at, noise, given: rows, rows: [...rows], test });
  refill();
};

// The class that scores stand for, `at` being where they begin.
const middle = isClassed && !game.bits && outputs === 1 ? (labels[0] + labels[1]) / 2 : 0;
const classAt = (scores, at) => {
  if (outputs === 1) return scores[at] > middle ? 1 : 0;
  let best = 0;
  for (let k = 1; k < outputs; k++) if (scores[at + k] > scores[at + best]) best = k;
  return best;
};
const classOf = (row) => labels.indexOf(row[inputCount]);
