// The player: shows one step of the lesson, asks for predictions, moves the inputs.

const read = (x) => (typeof x === "number" ? x
  : x === "inf" ? Infinity : x === "-inf" ? -Infinity : NaN);

const lesson = JSON.parse($("lesson").textContent);
const { nodes, shares, inputs, root, words, owners, handed } = lesson;
const isLeaf = (n) => nodes[n].length === 1;
const argsOf = (n) => nodes[n].slice(2);
const labelOf = (n) => nodes[n][0];
const learned = new Set(inputs.filter((n) => !lesson.given.includes(n)));
// --- examples in a graph --------------------------------------------------------------

const [isAdd, isScale] = [["add"], ["mul", "div"]].map((names) => (n) =>
  !isLeaf(n) && names.includes(lesson.ops[nodes[n][1]]));

// Of each node the learned inputs that it is computed from.
const behindOf = () => {
  const behind = [];
  nodes.forEach((_, n) => {
    const found = isLeaf(n) ? [n].filter((m) => learned.has(m))
      : argsOf(n).flatMap((i) => behind[i]);
    behind.push([...new Set(found)].sort());
  });
  return behind;
};

// A node and all that it is computed from.
const insideOf = (n) => {
  const inside = new Set([n]);
  for (const m of inside) if (!isLeaf(m)) argsOf(m).forEach((i) => inside.add(i));
  return inside;
};

// The terms of a sum or a mean that do the same with the same learned inputs, each with
// data of its own: examples.
const examplesAmong = (behind) => {
  const moving = (n) => argsOf(n).filter((i) => behind[i].length);
  let top = root;
  while (isScale(top) && moving(top).length === 1) [top] = moving(top);
  const terms = [];
  const look = (n) => (isAdd(n) ? moving(n).forEach(look) : terms.push(n));
  look(top);
  const inside = terms.map(insideOf);
  const own = inside.map((some) => [...some].sort((a, b) => a - b)
    .filter((n) => inside.every((others) => others === some || !others.has(n))));
  const shape = (i) => String([behind[terms[i]], own[i].filter((n) => !isLeaf(n))
    .map((n) => nodes[n][1])]);
  const same = terms.every((_, i) => shape(i) === shape(0)
    && own[i].some((n) => isLeaf(n) && !learned.has(n)));
  return same && terms.length > 1 && behind[root].length ? terms : [];
};

// Of each node of which example it is, from 1, if of one alone; 0 if of none, or of all.
const exampleOf = (() => {
  const terms = examplesAmong(behindOf()).sort((a, b) => a - b);
  const inside = terms.map(insideOf);
  const found = nodes.map((_, n) => {
    const owners = [...terms.keys()].filter((i) => inside[i].has(n));
    return owners.length === 1 ? owners[0] + 1 : 0;
  });
  // What adds a term to the sum goes with it.
  nodes.forEach((_, n) => {
    if (isAdd(n) && !inside.some((nodes) => nodes.has(n))) {
      found[n] = Math.max(...argsOf(n).map((i) => found[i]));
    }
  });
  return found;
})();

// --- the levels: examples, lines, operations ------------------------------------------

// Each level has rows, one for a step: its kind, and which node is computed or which share
// is handed on; of a line it is the node that it computes. And it says at which step each
// node is computed and each share handed on: never, if that is not told.
const levels = {};
const stepOf = (rows, kind, which) => {
  const at = rows.findIndex(([k, w]) => k === kind && w === which);
  return at < 0 ? Infinity : at;
};
const addLevel = (name, rows, nodeAt, shareAt) => {
  levels[name] = {
    name, rows,
    computedAt: nodes.map((_, n) => (isLeaf(n) ? -1 : nodeAt(n))),
    sharedAt: shares.map((share, s) => shareAt(share[0], s)),
    handedAt: handed.map(([n]) => shareAt(n)),
    revealed: new Set(),
  };
};
if (lesson.lines.length) {
  const rows = lesson.lines;
  const exampleAt = rows.map(([kind, which]) => Math.max(0, ...[...nodes.keys()]
    .filter((n) => owners[n] === which && ["forward", "backward"].includes(kind))
    .map((n) => exampleOf[n])));
  const count = Math.max(...exampleAt);
  if (count) {
    const groups = [];
    rows.forEach((row, at) => {
      const [before, nth] = [groups.at(-1), exampleAt[at]];
      if (nth && before?.nth === nth && before.row[0] === row[0]) before.lines.push(at);
      else groups.push({ nth, row, lines: [at] });
    });
    const groupOf = (at) => (at === Infinity ? at
      : groups.findIndex(({ lines }) => lines.includes(at)));
    addLevel("examples", groups.map(({ nth, row, lines }) => {
      if (!nth) return row;
      const kind = lesson.tags[row[0]];
      const node = lesson.lines[row[0] === "forward" ? lines.at(-1) : lines[0]][1];
      const made = [row[0], node, fill(words.example, { kind, nth, of: count }), ""];
      made.lines = lines;
      return made;
    }), (n) => groupOf(stepOf(rows, "forward", owners[n])),
    (n) => groupOf(stepOf(rows, "backward", owners[n])));
  }
  addLevel("lines", rows, (n) => stepOf(rows, "forward", owners[n]),
    (n) => stepOf(rows, "backward", owners[n]));
}
addLevel("operations", lesson.articles, (n) => stepOf(lesson.articles, "forward", n),
  (_, s) => stepOf(lesson.articles, "backward", s));
const names = Object.keys(levels);
let level, steps, last, seedAt, computedAt, sharedAt;
const isSwept = lesson.articles.some(([kind]) => kind === "seed");
const isFine = () => level.name === "operations";
const sharesOf = (n) => [...handed.keys()].filter((h) => handed[h][0] === n);

// --- the table of numbers -------------------------------------------------------------

// d: data of nodes; g: their slopes; of shares, k: the slope of one node by the other,
// c: the share, b and t: what was there before, and is in total; v: whether there is any;
// w: slopes by wiggling.
// In capitals: the same of what lines hand on.
const byLines = (table) => {
  const local = {}, sums = {};
  shares.forEach(([n, , arg], s) => {
    const moves = local[owners[n]] ??= { [owners[n]]: 1 };
    moves[arg] = (moves[arg] ?? 0) + (table.v[s] ? moves[n] * table.k[s] : 0);
  });
  Object.assign(table, { K: [], C: [], B: [], T: [] });
  for (const [n, arg] of handed) {
    const slope = local[n][arg];
    const share = slope === 0 ? 0 : table.g[n] * slope;
    table.K.push(slope);
    table.C.push(share);
    table.B.push(sums[arg] ?? 0);
    table.T.push(sums[arg] = (sums[arg] ?? 0) + share);
  }
  return table;
};
const sweep = (d, slopeOf, isTaken, w) => {
  const g = nodes.map(() => 0);
  if (isSwept) g[root] = 1;
  const table = { d, g, k: [], c: [], b: [], t: [], v: [], w };
  shares.forEach(([n, i, arg], s) => {
    const slope = slopeOf(n, i, s);
    const taken = isTaken(n, i, s, g[n] * slope);
    const share = taken ? g[n] * slope : 0;
    table.v.push(taken);
    table.k.push(slope);
    table.c.push(share);
    table.b.push(g[arg]);
    table.t.push((g[arg] += share));
  });
  return byLines(table);
};
const slopes = lesson.slopes.map(read);
const wiggled = Object.fromEntries(inputs.map((n, i) => [n, read(lesson.wiggled[i])]));
const recorded = sweep(lesson.data.map(read), (n, i, s) => slopes[s],
  (n, i, s) => lesson.taken[s], wiggled);
let given = recorded; // or what the page was told since, see told.js
let numbers = given;

const forward = (moved) => {
  const data = [];
  nodes.forEach((node, n) => {
    data.push(n in moved ? moved[n] : isLeaf(n) ? given.d[n]
      : rows[node[1]].f(...argsOf(n).map((i) => data[i])));
  });
  return data;
};

// Whether a node has no number, though all that it is computed from has one.
const isBroken = (data, n) => !isLeaf(n) && Number.isNaN(data[n])
  && !argsOf(n).some((i) => Number.isNaN(data[i]));

// Whether node n hands a share on to its argument i: on a taken path, see graph.py.
const takenAt = (d) => {
  const takes = (n, i) => {
    const test = rows[nodes[n][1]].t?.[i];
    return !test || Boolean(test(...argsOf(n).map((j) => d[j])));
  };
  const active = [], reached = [];
  nodes.forEach((_, n) => {
    active[n] = isLeaf(n) ? inputs.includes(n)
      : argsOf(n).some((j, i) => active[j] && takes(n, i));
  });
  reached[root] = active[root];
  const isTaken = (n, i) => reached[n] && active[argsOf(n)[i]] && takes(n, i);
  for (let n = root; n >= 0; n--) {
    if (!isLeaf(n)) argsOf(n).forEach((j, i) => { if (isTaken(n, i)) reached[j] = true; });
  }
  return (n, i, _, share) => isTaken(n, i) || (takes(n, i) && Number.isFinite(share));
};

const compute = (moved) => {
  const d = forward(moved);
  const w = {};
  for (const n of inputs) {
    const step = d[n] + 1e-6 * Math.max(1, Math.abs(d[n])) - d[n];
    w[n] = (forward({ ...moved, [n]: d[n] + step })[root] - d[root]) / step;
  }
  return sweep(d, (n, i) => (isBroken(d, n) ? NaN
    : rows[nodes[n][1]].d[i](...argsOf(n).map((j) => d[j]), d[n])), takenAt(d), w);
};

const numberOf = (key) => (key === "one" ? 1
  : key[0] === "m" ? numbers.g[key.slice(1)] * 0.001 : numbers[key[0]][key.slice(1)]);

// --- the articles, one for each step ----------------------------------------------------

// The line of a listing, with spans of it underlined.
const codeLines = all("#code code");
const codeTexts = codeLines.map((line) => line.textContent);
const underlined = (line, spans) => {
  const parts = [];
  let at = 0;
  for (const [start, end] of spans) {
    parts.push(codeTexts[line].slice(at, start),
      element("u", "", codeTexts[line].slice(start, end)));
    at = end;
  }
  return [...parts, codeTexts[line].slice(at)];
};

// Where in the code a step is: for each line the spans.
const nodeOf = ([kind, which], isShare) => (kind === "seed" ? root
  : kind === "forward" || (kind === "backward" && !isShare) ? which
  : kind === "backward" ? shares[which][0] : null);
const here = () => nodeOf(steps[place], isFine());
const marksOf = (n) => {
  const spans = new Map();
  for (const [line, start, end] of lesson.marks[n] ?? []) {
    spans.set(line, [...(spans.get(line) ?? []), [start, end]]);
  }
  return spans;
};

// An example has the equations of its lines; going back, those that reach the inputs.
const equationsOf = (at) => {
  const { articles } = levels.lines.full ?? levels.lines;
  return all(".maths", filled(articles[at])).filter((formula) => {
    const total = formula.querySelector("[data-s^=T]")?.dataset.s.slice(1);
    return lesson.lines[at][0] === "forward" || (total && isLeaf(handed[total][1]));
  });
};

// What is asked at a line.
const questionOf = (kind, n) => (kind === "forward" ? labelOf(n) : kind === "backward"
  ? `∂${labelOf(root)}/∂${labelOf(handed[sharesOf(n).at(-1)][1])}`
  : `∂${labelOf(root)}/∂${labelOf(root)}`);

const fillArticle = (article, name, row) => {
  const [kind, which, title, question, ...pieces] = row;
  const n = nodeOf(row, name === "operations");
  article.append(element("h2", "", title));
  if (name === "operations" || n === null) {
    article.prepend(element("p", "tag", lesson.tags[kind]));
  }
  article.dataset.q = question || questionOf(kind, which);
  for (const [line, spans] of marksOf(n)) {
    const code = element("code", "", ...underlined(line, spans));
    code.firstChild.textContent = code.firstChild.textContent.trimStart();
    const source = element("p", "source scroll", code);
    source.role = "group";
    source.dataset.said = (lesson.ways[n] ?? []).at(-1)?.[1] ?? "";
    source.ariaLabel = words.code;
    article.append(source);
  }
  const html = pieces.map(([template, ...parts]) => lesson.templates[template]
    .map((piece) => (typeof piece === "number" ? parts[piece] : piece)).join(""));
  article.insertAdjacentHTML("beforeend", html.join(""));
  for (const formula of all(".maths", article)) {
    // A number of the code says as much as the one that it is equal to.
    for (const part of [...formula.children].slice(1, -1)) {
      if (!part.querySelector("mi, [data-s], [data-e]")) part.remove();
    }
    formula.classList.add("scroll");
    formula.role = "group";
    formula.ariaLabel = words.formula;
  }
  for (const at of row.lines ?? []) {
    article.append(...equationsOf(at).map((formula) => {
      const copy = formula.cloneNode(true);
      // Of a share what it is, and the sum.
      if (kind === "backward") all("math", copy).slice(1, -2).forEach((m) => m.remove());
      return copy;
    }));
  }
  for (const number of all("mn", article)) {
    const key = number.dataset.s ?? number.dataset.e ?? "";
    const isAnswer = name === "examples" ? false : kind === "forward" ? key === `d${which}`
      : kind === "seed" ? key === "one" : kind === "backward" && (name === "lines"
        ? key === `T${sharesOf(which).at(-1)}` : /^[kct]/.test(key));
    number.classList.toggle("answer", isAnswer);
  }
  for (const part of all("[data-to]", article)) part.hidden = !isTold(part.dataset.to);
  showNumbers(article);
};

// An article is filled when it is first needed.
const waiting = new Map();
const filled = (article) => {
  const fillNow = waiting.get(article);
  waiting.delete(article);
  fillNow?.();
  return article;
};
for (const [name, { rows }] of Object.entries(levels)) {
  const box = element("div", name);
  const articles = rows.map((row) => {
    const article = element("article", row[0]);
    waiting.set(article, () => fillArticle(article, name, row));
    box.append(article);
    return article;
  });
  Object.assign(levels[name], { box, articles });
  $("told").append(box);
}

// --- showing a step ---------------------------------------------------------------------

const isUntaken = (at) => isFine() && steps[at][0] === "backward"
  && !numbers.v[steps[at][1]];
const asks = (at) => level.name !== "examples"
  && ["forward", "seed", "backward"].includes(steps[at][0]) && !isUntaken(at);

let place = 0;
const isOpen = (at) => !asks(at) || level.revealed.has(at) || !$("predicting").checked;
const passed = (at) => at < place || (at === place && isOpen(place));

// What is handed on at a step that asks: of a line the last share.
const shareAt = (at) => {
  const [, which] = steps[at];
  const h = sharesOf(which).at(-1);
  const [n, arg, nth] = isFine() ? [shares[which][0], ...shares[which].slice(2)] : handed[h];
  const of = (key) => numbers[isFine() ? key : key.toUpperCase()][isFine() ? which : h];
  return { n, arg, nth, of };
};
const answerTo = (at) => {
  const [kind, n] = steps[at];
  return kind === "forward" ? numbers.d[n] : kind === "seed" ? 1 : shareAt(at).of("t");
};

const showCode = () => {
  const marks = marksOf(here());
  const way = new Map(lesson.ways[here()] ?? []);
  codeLines.forEach((line, i) => {
    line.parentNode.classList.toggle("current", marks.has(i));
    line.parentNode.classList.toggle("way", way.has(i));
    line.parentNode.dataset.said = way.get(i) ?? "";
    line.replaceChildren(...underlined(i, marks.get(i) ?? []));
  });
};

// Bring an element into view inside of its box, and leave the page where it is.
const reach = (box, element) => {
  if (!box || !element) return;
  const [a, b] = [box.getBoundingClientRect(), element.getBoundingClientRect()];
  const behavior = matchMedia("(prefers-reduced-motion: reduce)").matches
    ? "auto" : "smooth";
  const left = b.width > a.width ? b.left - a.left - 40 : b.left < a.left || b.right > a.right
    ? b.left + b.width / 2 - a.left - a.width / 2 : 0;
  const top = b.top < a.top || b.bottom > a.bottom
    ? b.top + b.height / 2 - a.top - a.height / 2 : 0;
  if (left || top) box.scrollBy({ left, top, behavior });
};

// What is too long for a line is written smaller.
const shrink = (article) => {
  for (const formula of all(".maths", article)) {
    formula.style.fontSize = "";
    const widest = Math.max(...all("math", formula)
      .map((part) => part.getBoundingClientRect().width));
    const room = formula.clientWidth - 40;
    if (widest > room && room > 0) {
      formula.style.fontSize = `${Math.max(0.6, room / widest)}em`;
    }
  }
};
addEventListener("resize", () => show());

const running = () => {
  const sums = nodes.map(() => null);
  if (seedAt >= 0 && passed(seedAt)) sums[root] = [1, 1, 1];
  if (isFine()) {
    shares.forEach(([, , arg, nth, of], s) => {
      if (passed(sharedAt[s])) sums[arg] = [numbers.t[s], nth, of];
    });
  } else {
    handed.forEach(([, arg, nth, of], h) => {
      if (passed(level.handedAt[h])) sums[arg] = [numbers.T[h], nth, of];
    });
  }
  return sums;
};

const showTable = (sums) => {
  for (const cell of all("td[data-g]")) {
    const sum = sums[cell.dataset.g];
    cell.textContent = sum ? short(sum[0]) : words.not_yet;
    cell.classList.toggle("waiting", !sum);
    if (sum && sum[1] < sum[2]) {
      const note = document.createElement("small");
      note.textContent = fill(words.parts, { got: sum[1], of: sum[2] });
      cell.append(note);
    }
    const wiggled = cell.nextElementSibling;
    if (!wiggled) continue;
    const isDone = Boolean(sum) && sum[1] === sum[2];
    // What is not the function any more does not tell its slopes.
    const isLost = isMoved() && (lesson.cut || outside !== "");
    wiggled.textContent = !isDone ? words.not_yet
      : isLost ? "—" : measured(numbers.w[cell.dataset.g]);
    wiggled.classList.toggle("waiting", !isDone);
  }
};

const showNumbers = (root) => {
  for (const element of all("[data-s]", root)) {
    element.textContent = short(numberOf(element.dataset.s));
  }
  for (const element of all("[data-e]", root)) {
    element.textContent = enclosed(numberOf(element.dataset.e));
  }
};

// What the recorded path hangs on, and does not hold any more: see `branches`.
const tests = {
  "<": (a, b) => a < b, "<=": (a, b) => a <= b, ">": (a, b) => a > b,
  ">=": (a, b) => a >= b, "!=": (a, b) => a !== b,
};
const isAway = (some) => some.some((n) => !Object.is(numbers.d[n], recorded.d[n]));
const isMoved = () => isAway(inputs);
const beyond = () => {
  if (!isMoved()) return "";
  const data = [...numbers.d];
  for (const [op, ...args] of lesson.asides) {
    data.push(args.length ? rows[op].f(...args.map((i) => data[i])) : read(op));
  }
  const sideOf = (side) => (Array.isArray(side) ? data[side[0]] : read(side));
  const lost = lesson.stands.filter(([, , test]) => test
    && tests[test[1]](sideOf(test[0]), sideOf(test[2])) !== test[3]);
  const unknown = lesson.stands.filter(([, by, test]) => !test && isAway(by));
  const [said, found] = lost.length ? [words.beyond, lost] : [words.beyond_unknown, unknown];
  const places = [...new Set(found.map(([text]) => text))].slice(0, 3).join("; ");
  return places && fill(said, { places });
};
let outside = "";

const trouble = () => {
  const { d, g, k, v } = numbers;
  const n = nodes.findIndex((_, m) => isBroken(d, m));
  if (n >= 0) {
    return fill(words.trouble_value, { node: labelOf(n), op: lesson.ops[nodes[n][1]] });
  }
  if (d.some(Number.isNaN)) return words.trouble_nan;
  const s = shares.findIndex((_, t) => v[t] && Number.isNaN(k[t]));
  if (s >= 0) {
    const [node, , arg] = shares[s];
    return fill(words.trouble_slope, { node: labelOf(node), arg: labelOf(arg) });
  }
  return [...d, ...g].some((x) => Math.abs(x) === Infinity) ? words.trouble_inf : "";
};

const showTaken = () => steps.forEach((_, at) =>
  level.articles[at].classList.toggle("untaken", isUntaken(at)));

const show = () => {
  const sums = running();
  const article = filled(level.articles[place]);
  const isClosed = !isOpen(place);
  showNumbers(article);
  article.classList.add("shown");
  article.classList.toggle("closed", isClosed);
  if (isClosed) for (const answer of all(".answer", article)) answer.textContent = "?";
  $("predict").hidden = !isClosed;
  if (isClosed) {
    $("predict").querySelector("label").textContent =
      fill(words.your_number, { what: article.dataset.q });
  }
  showCode();
  showTable(sums);
  $("trouble").textContent = trouble();
  const title = article.querySelector("h2").textContent;
  const at = fill(words.at, { step: place, last, title });
  $("place").value = place;
  $("place").setAttribute("aria-valuetext", at);
  $("count").textContent = `${place} / ${last}`;
  document.documentElement.dataset.kind = steps[place][0];
  for (const [id, isOff] of [["first", !place], ["back", !place],
    ["next", place === last && !isClosed], ["last", place === last]]) {
    $(id).setAttribute("aria-disabled", isOff);
  }
  $("live").textContent = at + (asks(place) && !isClosed
    ? `. ${fill(words.now, { what: article.dataset.q, number: short(answerTo(place)) })}`
    : "");
  showLearning();
  shrink(article);
  const formulas = all(".maths", article).filter((e) => e.getClientRects().length);
  reach($("told"), formulas.at(-1));
  reach(document.querySelector("#code .scroll"), document.querySelector("#code u"));
  showGraph(sums);
  reachable();
};

const go = (to) => {
  const next = Math.min(Math.max(to, 0), last);
  if (next !== place) {
    $("verdict").textContent = "";
    $("guess").value = "";
  }
  const left = level.articles[place];
  left.classList.remove("shown", "closed");
  showNumbers(left);
  place = next;
  show();
};
const reveal = () => {
  level.revealed.add(place);
  show();
};
const onward = () => {
  if (isOpen(place)) go(place + 1);
  else reveal();
};

// Into a step, to what it is made of, or out of it.
const operationsIn = (at) => {
  const [rows, { computedAt: made, sharedAt: given }] = [lesson.articles, level];
  return [...rows.keys()].filter((row) => {
    const [kind, which] = rows[row];
    return kind === "forward" ? made[which] === at : kind === "backward"
      ? given[which] === at : kind === steps[at][0];
  });
};
const setLevel = (name) => {
  level = levels[name];
  ({ computedAt, sharedAt } = level);
  steps = level.rows;
  last = steps.length - 1;
  seedAt = steps.findIndex(([kind]) => kind === "seed");
};
const enter = (name) => {
  if (!levels[name] || name === level.name) return;
  const inside = operationsIn(place);
  const left = level.articles[place];
  left.classList.remove("shown", "closed");
  showNumbers(left);
  setLevel(name);
  place = Math.max(0, [...steps.keys()].findIndex((at) =>
    operationsIn(at).some((row) => inside.includes(row))));
  $("place").max = last;
  $("verdict").textContent = "";
  showLevel();
  showTaken();
  show();
};
const showLevel = () => {
  for (const other of Object.values(levels)) other.box.hidden = other !== level;
  for (const button of all("#levels button")) {
    button.setAttribute("aria-pressed", button.dataset.level === level.name);
  }
};
const levelBy = (by) => enter(names[names.indexOf(level.name) + by]);
for (const name of names) {
  const button = element("button", "", words[name]);
  button.dataset.level = name;
  button.addEventListener("click", () => enter(name));
  $("levels").append(button);
}
$("levels").hidden = names.length < 2;
setLevel(lesson.by === "lines" ? names[0] : "operations");

// --- predicting -------------------------------------------------------------------------

const isNear = (answer, number) => {
  if (answer === number) return true;
  if (!Number.isFinite(answer) || !Number.isFinite(number)) return false;
  const size = Math.abs(number);
  const off = Math.abs(answer - number);
  if (off <= Math.max(0.01 * size, 1e-9)) return true;
  const unit = size > 0 ? 10 ** (Math.floor(Math.log10(size)) - 1) : 0;
  return off <= 0.5000001 * unit && Number(answer.toExponential(1)) === answer;
};

const diagnosed = (answer) => {
  const right = answerTo(place);
  if (isNear(answer, right)) return [lesson.mixups.right, true];
  if (steps[place][0] === "backward") {
    const { n, arg, nth, of } = shareAt(place);
    const question = nth > 1 ? "total" : "share";
    const s = {
      slope: of("k"), upstream: numbers.g[n], contribution: of("c"),
      before: nth > 1 ? of("b") : 0, total: of("t"),
      data: numbers.d[arg], node_data: numbers.d[n], right,
    };
    const mixup = questions[question].find((name) => isNear(answer, mixups[name](s)));
    if (mixup) {
      const slots = { node: labelOf(n), arg: labelOf(arg) };
      for (const [key, number] of Object.entries(s)) {
        slots[key] = short(number);
        slots[`${key}_`] = enclosed(number);
      }
      const own = lesson.mixups[`${mixup}_${question}`] ?? lesson.mixups[mixup];
      return [fill(own, slots), false];
    }
  }
  return [`${lesson.mixups.unknown} ${words.again}`, false];
};

$("predict").addEventListener("submit", (event) => {
  event.preventDefault();
  const answer = typed($("guess").value);
  if (Number.isNaN(answer)) {
    $("verdict").textContent = words.no_number;
    return;
  }
  const [text, isRight] = diagnosed(answer);
  if (isRight) {
    reveal();
    $("next").focus({ preventScroll: true });
  }
  $("verdict").className = isRight ? "right" : "wrong";
  $("verdict").textContent = text;
  $("verdict").scrollIntoView({ block: "nearest" });
});
$("show").addEventListener("click", () => {
  reveal();
  $("next").focus({ preventScroll: true });
});
$("predicting").addEventListener("change", show);

// --- moving the inputs ------------------------------------------------------------------

const moved = {};
const setters = {}; // of each input, what takes another number and shows it

// A round step, so that the slider stops at round numbers.
const roundStep = (number) => {
  const step = Math.max(1, Math.abs(number)) / 100;
  const power = 10 ** Math.floor(Math.log10(step));
  return power * (step / power >= 5 ? 5 : step / power >= 2 ? 2 : 1);
};
const sum = (number, step) => Number((number + step).toPrecision(12));

const recompute = (isStep = false) => {
  if (!isStep) restart();
  numbers = Object.keys(moved).length ? compute(moved) : given;
  outside = beyond();
  if ($("beyond")) $("beyond").textContent = outside;
  $("reset").hidden = !Object.keys(moved).length;
  if (!isStep) showNumbers($("steps"));
  showTaken();
  show();
};

for (const row of all("[data-input]")) {
  const n = Number(row.dataset.input);
  const [field, slide] = all("td input", row);
  const start = () => given.d[n];
  const step = () => roundStep(Number.isFinite(start()) ? start() : 1);
  const take = (number) => {
    if (Object.is(number, start())) delete moved[n];
    else moved[n] = number;
    slide.setAttribute("aria-valuetext", short(number));
  };
  const put = (number) => {
    take(number);
    recompute();
  };
  slide.setAttribute("aria-valuetext", short(start()));
  if (!rows) {
    field.disabled = slide.disabled = true;
    continue;
  }
  slide.disabled = !Number.isFinite(start());
  slide.addEventListener("input", () => {
    const at = Number(slide.value);
    const number = at === 0 ? start() : sum(start(), at * step());
    field.value = short(number);
    put(number);
  });
  field.addEventListener("change", () => {
    const number = typed(field.value);
    if (Number.isNaN(number)) {
      field.value = short(numbers.d[n]);
      return;
    }
    slide.value = Math.round((number - start()) / step());
    put(number);
  });
  setters[n] = (number) => {
    field.value = short(number);
    slide.value = Math.round((number - start()) / step());
    take(number);
  };
}
$("reset")?.addEventListener("click", () => {
  for (const n in setters) setters[n](given.d[n]);
  recompute();
});

// --- keys and buttons ---------------------------------------------------------------------

$("first").addEventListener("click", () => go(0));
$("back").addEventListener("click", () => go(place - 1));
$("next").addEventListener("click", onward);
$("last").addEventListener("click", () => go(last));
$("place").addEventListener("input", () => go(Number($("place").value)));

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  // Fields have keys of their own, and so have boxes that scroll.
  if (event.target.closest("input:not([type=checkbox]), select, [tabindex]")) return;
  const isPressed = event.target.closest("button, [type=checkbox]");
  const act = { ArrowRight: onward, ArrowLeft: () => go(place - 1),
    ...(isWhole() ? { ArrowDown: () => levelBy(1), ArrowUp: () => levelBy(-1) } : {}),
    Home: () => go(0), End: () => go(last) }[event.key]
    ?? (event.key === " " && !isPressed ? onward : null);
  if (!act) return;
  event.preventDefault();
  act();
});

// Where there is room the page stands still, and its parts scroll.
const isWhole = () => {
  const { scrollHeight, clientHeight } = document.documentElement;
  return scrollHeight <= clientHeight;
};
const pane = (name) => {
  document.documentElement.dataset.pane = name;
  for (const button of all("#panes button")) {
    button.setAttribute("aria-pressed", button.dataset.pane === name);
  }
};
for (const button of all("#panes button")) {
  button.addEventListener("click", () => {
    pane(button.dataset.pane);
    show();
  });
}

// On paper all steps stand one after the other, and nothing is kept back.
let placeOnScreen = 0;
addEventListener("beforeprint", () => {
  showNumbers($("steps"));
  placeOnScreen = place;
  placeGraph("narrow");
  level.articles.forEach(filled);
  go(last);
});
addEventListener("afterprint", () => {
  placeGraph();
  go(placeOnScreen);
});

// When all of the script is read.
addEventListener("DOMContentLoaded", () => {
  document.documentElement.classList.add("playing");
  $("controls").hidden = $("tools").hidden = false;
  $("place").max = last;
  pane("left");
  nameTheme();
  placeGraph();
  showLevel();
  showNumbers($("steps"));
  showTaken();
  show();
});
