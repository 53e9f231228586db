// Learning: which inputs are learned, and steps that move these against their slopes.

// The slopes of one term alone.
const slopesOf = (term) => {
  const g = nodes.map(() => 0);
  g[term] = 1;
  shares.forEach(([n, , arg], s) => {
    if (numbers.v[s]) g[arg] += g[n] * numbers.k[s];
  });
  return g;
};

// --- one step -------------------------------------------------------------------------

let losses = [];
let first = null; // the learned inputs before the first step
let timer = 0;

// Where the inputs are after a step: w ← w − rate · slope.
const stepped = () => Object.fromEntries([...learned].map((n) =>
  [n, numbers.d[n] - rate() * numbers.g[n]]));
const lossAt = (next) => forward({ ...moved, ...next })[root];
const isPossible = (next) => Object.values(next).every(Number.isFinite)
  && Number.isFinite(lossAt(next));

const setAll = (next) => {
  for (const [n, number] of Object.entries(next)) setters[n](number);
  recompute(true);
};
const step = () => {
  const next = stepped();
  if (!isPossible(next)) {
    pause();
    return;
  }
  first ??= Object.fromEntries([...learned].map((n) => [n, numbers.d[n]]));
  if (!losses.length) losses.push(numbers.d[root]);
  losses.push(lossAt(next));
  setAll(next);
};
const pause = () => {
  clearInterval(timer);
  timer = 0;
  showLearning();
};
const play = () => {
  // Who wants little motion sees as many steps in fewer pictures.
  const [pictures, steps] = matchMedia("(prefers-reduced-motion: reduce)").matches
    ? [2, 5] : [10, 1];
  timer = setInterval(() => {
    for (let n = 0; n < steps && timer; n++) step();
  }, 1000 / pictures);
  step();
};

// --- what is shown --------------------------------------------------------------------

const wordOn = (next, loss, then) => {
  const said = (word) => fill(words[word], { out: labelOf(root) });
  if (Number.isNaN(rate())) return said("rate_needed");
  if ([...learned].every((n) => numbers.g[n] === 0)) return said("flat");
  if (!isPossible(next)) return said("outside");
  if (then > loss) return said("too_large");
  if (loss > losses[0]) return said("grown");
  return loss - then < 0.001 * Math.abs(loss) ? said("too_small") : "";
};

const drawCurve = () => {
  const points = curveOf(losses, Math.max(...losses), Math.min(0, ...losses));
  const said = losses.length < 2 ? "" : fill(words.curve, {
    count: losses.length - 1, before: short(losses[0]), now: short(losses.at(-1)) });
  $("walked").textContent = said;
  $("curve").toggleAttribute("hidden", !said);
  $("curve").querySelector("polyline").setAttribute("points", points);
  $("curve").setAttribute("aria-label", said);
};

const showStep = () => {
  const next = stepped();
  const [loss, then] = [numbers.d[root], lossAt(next)];
  $("change").textContent = fill(words.change, {
    out: labelOf(root), before: short(loss), after: short(then) });
  $("word").textContent = wordOn(next, loss, then);
  $("knobs").replaceChildren(...[...learned].map((n) => {
    const sum = `${short(numbers.d[n])} − ${short(rate())} · ${enclosed(numbers.g[n])}`;
    return element("tr", "", element("th", "", element("var", "", labelOf(n))),
      element("td", "", `← ${sum}`), element("td", "", `= ${short(next[n])}`));
  }));
};

const showExamples = (terms) => {
  $("examples").hidden = !terms.length;
  if (!terms.length) return;
  const n = Number($("weight").value), name = labelOf(n);
  const slopes = terms.map((term) => slopesOf(term)[n]);
  const mean = slopes.reduce((a, b) => a + b, 0) / terms.length;
  $("each").replaceChildren(...slopes.map((slope, i) => element("li", "",
    fill(words.of_example, { nth: i + 1 }), element("b", "", short(slope)),
    slope > 0 ? " ↓" : slope < 0 ? " ↑" : "")));
  const isMean = Math.abs(mean - numbers.g[n]) <= 1e-9 * Math.abs(mean);
  $("mean").textContent = fill(isMean ? words.mean : words.sum, { name,
    mean: short(mean), grad: short(numbers.g[n]), count: terms.length });
};

// What was walked before an input was moved by hand is another walk.
const restart = () => {
  losses = [];
  first = null;
};
const showLearning = () => {
  const isAsking = $("predicting").checked;
  const isKnown = !isAsking || computedAt[root] < 0 || passed(computedAt[root]);
  $("loss").textContent = `${labelOf(root)} = ${isKnown ? short(numbers.d[root]) : "?"}`;
  // Slopes that are to be predicted are not told before.
  $("learning").hidden = !rows || seedAt < 0
    || (isAsking && place < last && losses.length < 2);
  if ($("learning").hidden) return;
  $("play").textContent = timer ? words.pause : words.play;
  $("again").disabled = !first;
  showStep();
  drawCurve();
  showExamples(terms);
};

// --- learned or given -----------------------------------------------------------------

let terms = [];
let isTold = () => true;
const stem = (n) => labelOf(n).split("[")[0];
const called = (some, others) => {
  const shared = new Set(others.map(stem));
  const names = some.map((n) => (shared.has(stem(n)) ? labelOf(n) : stem(n)));
  return [...new Set(names)].join(", ") || words.nothing;
};
const showRoles = () => {
  const knobs = [...learned], data = inputs.filter((n) => !learned.has(n));
  $("roles").textContent = fill(words.ticked, {
    given: called(data, knobs), learned: called(knobs, data) });
  const behind = behindOf();
  terms = examplesAmong(behind);
  for (const row of all("[data-input]")) {
    row.classList.toggle("given", !learned.has(Number(row.dataset.input)));
  }
  const before = $("weight").value;
  $("weight").replaceChildren(...knobs.map((n) => new Option(labelOf(n), n)));
  if (learned.has(Number(before))) $("weight").value = before;
  retell(behind);
};

// Steps that lead to nothing but data are not told: each level keeps its other rows.
const leads = (behind, [kind, which, ...row], isFine) => {
  if (kind !== "backward") return true;
  if (isFine) return behind[shares[which][2]].length > 0;
  const own = row.lines?.map((at) => lesson.lines[at][1]) ?? [which];
  return handed.some(([n, arg]) => own.includes(n) && behind[arg].length);
};
const retell = (behind) => {
  const row = steps[place];
  level.articles[place].classList.remove("shown", "closed");
  for (const one of Object.values(levels)) {
    const { rows, articles, computedAt, sharedAt, handedAt } = one.full ??= { ...one };
    const kept = [...rows.keys()].filter((at) =>
      leads(behind, rows[at], one.name === "operations"));
    const told = (at, arg) => (at < 0 ? at : !kept.includes(at) ? Infinity
      : arg !== undefined && !behind[arg].length ? Infinity : kept.indexOf(at));
    Object.assign(one, {
      rows: kept.map((at) => rows[at]), articles: kept.map((at) => articles[at]),
      computedAt: computedAt.map((at) => told(at)),
      sharedAt: sharedAt.map((at, s) => told(at, shares[s][2])),
      handedAt: handedAt.map((at, h) => told(at, handed[h][1])),
    });
    articles.forEach((article, at) => { article.hidden = !kept.includes(at); });
    one.revealed.clear();
  }
  isTold = (n) => behind[n].length > 0;
  for (const part of all("[data-to]")) part.hidden = !isTold(part.dataset.to);
  const before = level.full.rows.indexOf(row);
  setLevel(level.name);
  place = level.rows.findLastIndex((one) => level.full.rows.indexOf(one) <= before);
  $("place").max = last;
  showTaken();
  show();
};

for (const box of all("[data-learn]")) {
  const n = Number(box.dataset.learn);
  box.disabled = !rows;
  box.addEventListener("change", () => {
    learned[box.checked ? "add" : "delete"](n);
    showRoles();
  });
}

// --- buttons --------------------------------------------------------------------------

$("one").addEventListener("click", step);
$("play").addEventListener("click", () => (timer ? pause() : play()));
$("again").addEventListener("click", () => {
  pause();
  const start = first;
  restart();
  setAll(start);
  $("one").focus();
});
$("weight").addEventListener("change", showLearning);

addEventListener("DOMContentLoaded", () => {
  if ($("roles")) showRoles();
  onRate(showLearning);
});
