// Training: steps of the program, what they led to, and what went wrong on the way.

const p = program.parameters, slopes = program.slopes;
const placeOf = []; // where in these each parameter of the network stands
program.order.forEach((parameter, place) => { placeOf[parameter] = place; });
const start = Float64Array.from(p);

const settings = {
  rate: game.optimizers[0].rate, optimizer: game.optimizers[0].name,
  batch: game.batch, penalty: game.penalty, seed: 0,
};
const run = { steps: 0, seen: 0, place: 0, loss: NaN };

// --- one step -------------------------------------------------------------------------

// The samples of the next step: all of them, or the next ones in their order.
const nextBatch = () => {
  const size = settings.batch, count = data.rows.length;
  if (!size || size >= count) return data.X;
  if (run.place >= count) run.place = 0;
  const first = run.place;
  run.place += size;
  return data.X.subarray(first * width, Math.min(run.place, count) * width);
};

// The slopes of the loss of these samples, and of the penalty: of α p² it is 2 α p.
const slopesOf = (X) => {
  const loss = program.gradient(X);
  const twice = 2 * settings.penalty;
  if (twice) for (let i = 0; i < p.length; i++) slopes[i] += twice * p[i];
  return loss;
};
const takeStep = () => {
  const X = nextBatch();
  run.loss = slopesOf(X);
  if (!Number.isFinite(run.loss)) return false;
  program[settings.optimizer](settings.rate);
  noteStep();
  run.steps += 1;
  run.seen += X.length / width;
  return true;
};

// --- back to the start ----------------------------------------------------------------

// Other first weights: of each array drawn as wide as its numbers lie.
const firstWeights = () => {
  if (!settings.seed) return start;
  const random = lots(settings.seed), stems = new Map();
  game.parameters.forEach((name, j) => {
    const stem = name.split("[")[0];
    stems.set(stem, [...(stems.get(stem) ?? []), placeOf[j]]);
  });
  const drawn = Float64Array.from(start);
  for (const places of stems.values()) {
    const spread = Math.sqrt(places.reduce((sum, i) => sum + start[i] ** 2, 0) / places.length);
    for (const i of places) drawn[i] = spread * normal(random);
  }
  return drawn;
};
const beginAgain = () => {
  program.reset();
  p.set(firstWeights());
  Object.assign(run, { steps: 0, seen: 0, place: 0, loss: NaN });
  beginStory();
  course.length = 0;
  course.every = 1;
  fault = "";
  hasGrown = false;
};
// Another optimiser remembers nothing of what this one did.
const chooseOptimizer = (name) => {
  const now = Float64Array.from(p);
  program.reset();
  p.set(now);
  settings.optimizer = name;
  story.isFresh = true;
};

// --- what it led to -------------------------------------------------------------------

// The mean loss of samples without the penalty, how many are right, and all outputs.
const measure = (X) => {
  const out = program.forward(X), count = out.length / stride;
  let loss = 0, right = 0;
  for (let s = 0, at = 0; s < count; s++, at += stride) {
    loss += out[at];
    if (isClassed) right += labels[classAt(out, at + 1)] === X[s * width + inputCount];
  }
  return { loss: loss / count, right, count, out };
};
const course = []; // losses of training and test on the way, evenly apart
course.every = 1;
const MOST = 480;
let now = null; // what there is to say of the weights as they are
const look = () => {
  now = { steps: run.steps, train: measure(data.X), test: measure(data.Xtest) };
  if (run.steps % course.every === 0 || !course.length
    || run.steps - course.at(-1).steps >= course.every) {
    course.push({ steps: run.steps, train: now.train.loss, test: now.test.loss });
  }
  if (course.length > MOST) {
    const kept = course.filter((_, i) => i % 2 === 0);
    course.splice(0, Infinity, ...kept);
    course.every *= 2;
  }
  return now;
};

// --- what goes wrong ------------------------------------------------------------------

let fault = ""; // why training stopped
let hasGrown = false; // once is enough
// The weights before a stretch of steps, to go back to where one leads to no number.
const kept = new Float64Array(p.length);

// Take steps until there are `most` or the time is up; say how many there were.
const takeSteps = (most, until = Infinity) => {
  if (!data.rows.length) return 0;
  kept.set(p);
  const { steps, seen } = run;
  let taken = 0;
  while (taken < most && performance.now() < until) {
    if (!takeStep()) break;
    taken += 1;
  }
  if (!Number.isFinite(run.loss) || !p.every(Number.isFinite)) {
    program.reset(); // what the optimiser remembers is no number either
    p.set(kept);
    Object.assign(run, { steps, seen });
    beginStory();
    fault = fill(words.not_finite, { rate: short(settings.rate) });
  }
  return taken;
};
const checkGrowth = () => {
  const first = course[0]?.train;
  if (fault || hasGrown || !(now.train.loss > 10 * first + 1)) return;
  hasGrown = true;
  fault = fill(words.grown, { before: short(first), now: short(now.train.loss) });
};

// The slope of what bends the sum, by what it gives; where it is flat nothing is learned.
const bends = {
  relu: (y) => (y > 0 ? 1 : 0), tanh: (y) => 1 - y * y, sigmoid: (y) => y * (1 - y),
  elu: (y) => (y > 0 ? 1 : y + 1), softplus: (y) => 1 - Math.exp(-y),
};
const FLAT = 0.01, MOSTLY = 0.95;
const stateOf = (neuron) => {
  const slope = bends[neuron.bends], { out, count } = now.train;
  if (!slope || !count) return "";
  let flatOnes = 0, zeros = 0;
  for (let at = 1 + outputs + neuron.output; at < out.length; at += stride) {
    const k = slope(out[at]);
    flatOnes += k < FLAT;
    zeros += k === 0 && out[at] === 0;
  }
  return zeros === count ? "dead" : flatOnes >= MOSTLY * count ? "saturated" : "";
};
