// The player: shows one step of the lesson, asks for predictions, moves the inputs.

const $ = (id) => document.getElementById(id);
const all = (query, root = document) => [...root.querySelectorAll(query)];
const read = (x) => (typeof x === "number" ? x
  : x === "inf" ? Infinity : x === "-inf" ? -Infinity : NaN);

const lesson = JSON.parse($("lesson").textContent);
const { nodes, shares, inputs, root, words } = lesson;
const isLeaf = (n) => nodes[n].length === 1;
const argsOf = (n) => nodes[n].slice(2);
const labelOf = (n) => nodes[n][0];
// Of each step its kind, and which node is computed or which share is handed on.
const due = {
  forward: [...nodes.keys()].filter((n) => !isLeaf(n)), backward: [...shares.keys()],
};
const steps = lesson.articles.map(([kind]) => [kind, due[kind]?.shift()]);
const last = steps.length - 1;
const seedAt = steps.findIndex(([kind]) => kind === "seed");
const fill = (text, slots) =>
  text.replace(/\{(\w+)\}/g, (whole, key) => (key in slots ? slots[key] : whole));

// --- numbers as text, as Python writes them -----------------------------------------

// Python rounds what lies halfway to the even digit, JavaScript away from 0.
const fixed4 = (size) => {
  const text = size.toFixed(4);
  const halfway = Math.abs(size * 32) % 2 === 1;
  return halfway && "13579".includes(text.at(-1)) ? (size - 1e-5).toFixed(4) : text;
};
const significant = (size, digits) => {
  const text = size.toExponential(digits - 1);
  const [mantissa, exponent] = text.split("e");
  const unit = 10 ** (exponent - digits + 1);
  const halfway = exponent >= digits && unit < 1e22 && size % unit === unit / 2;
  if (!halfway || !"13579".includes(mantissa.at(-1))) return text;
  return (size - unit / 4).toExponential(digits - 1);
};
const trimmed = (text) => (text.includes(".") ? text.replace(/\.?0+$/, "") : text);
const short = (number) => {
  if (Number.isNaN(number)) return "nan";
  const sign = number < 0 ? "−" : "";
  const size = Math.abs(number);
  if (size === Infinity) return `${sign}inf`;
  if (size === 0) return "0";
  if (size >= 0.01 && size < 1e5) {
    const text = trimmed(fixed4(size));
    return sign + text;
  }
  const [digits, exponent] = significant(size, size < 0.01 ? 3 : 4).split("e");
  // Python's format g leaves the exponent out where it is -4 or more.
  if (size < 0.01 && exponent >= -4) {
    return sign + trimmed(Number(`${digits}e${exponent}`).toFixed(2 - exponent));
  }
  return `${sign}${trimmed(digits)}e${String(Number(exponent)).replace("-", "−")}`;
};
const measured = (number) => {
  if (!Number.isFinite(number)) return short(number);
  return String(Number(number.toPrecision(7))).replace(/-/g, "−").replace("+", "");
};
const enclosed = (number) => (number < 0 ? `(${short(number)})` : short(number));

// What a learner types: 0.5 or 0,5, with either minus sign.
const typed = (text) => {
  const plain = text.trim().replace(/[−–]/g, "-").replace(",", ".").replace(/\s/g, "");
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain) ? Number(plain) : NaN;
};

// --- the table of numbers -------------------------------------------------------------

// d: data of nodes; g: their slopes; of shares, k: the slope of one node by the other,
// c: the share, b and t: what was there before, and is in total; v: whether there is any;
// w: slopes by wiggling.
const sweep = (d, slopeOf, isTaken, w) => {
  const g = nodes.map(() => 0);
  if (seedAt >= 0) g[root] = 1;
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
  return table;
};
const slopes = lesson.slopes.map(read);
const wiggled = Object.fromEntries(inputs.map((n, i) => [n, read(lesson.wiggled[i])]));
const given = sweep(lesson.data.map(read), (n, i, s) => slopes[s],
  (n, i, s) => lesson.taken[s], wiggled);
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

const element = (tag, className, ...content) => {
  const made = document.createElement(tag);
  made.className = className;
  made.append(...content);
  return made;
};

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
const nodeOf = (at) => {
  const [kind, which] = steps[at];
  return kind === "forward" ? which : kind === "backward" ? shares[which][0]
    : kind === "seed" ? root : null;
};
const marksOf = (at) => {
  const spans = new Map();
  for (const [line, start, end] of lesson.marks[nodeOf(at)] ?? []) {
    spans.set(line, [...(spans.get(line) ?? []), [start, end]]);
  }
  return spans;
};

lesson.articles.forEach(([kind, title, question, ...pieces], at) => {
  const article = element("article", kind,
    element("p", "tag", lesson.tags[kind]), element("h2", "", title));
  article.id = `step${at}`;
  article.dataset.q = question;
  for (const [line, spans] of marksOf(at)) {
    const code = element("code", "", ...underlined(line, spans));
    const source = element("p", "source scroll", code);
    source.role = "group";
    source.dataset.said = (lesson.ways[nodeOf(at)] ?? []).at(-1)?.[1] ?? "";
    source.ariaLabel = words.code;
    article.append(source);
  }
  const html = pieces.map(([template, ...parts]) => lesson.templates[template]
    .map((piece) => (typeof piece === "number" ? parts[piece] : piece)).join(""));
  article.insertAdjacentHTML("beforeend", html.join(""));
  $("predict").before(article);
});

// --- showing a step ---------------------------------------------------------------------

// The step at which each node is computed, and each share handed on.
const computedAt = nodes.map((_, n) =>
  isLeaf(n) ? -1 : steps.findIndex(([kind, m]) => kind === "forward" && m === n));
const sharedAt = shares.map((_, s) =>
  steps.findIndex(([kind, t]) => kind === "backward" && t === s));
const isUntaken = (at) => steps[at][0] === "backward" && !numbers.v[steps[at][1]];
const asks = (at) => ["forward", "seed", "backward"].includes(steps[at][0])
  && !isUntaken(at);

let place = 0;
const revealed = new Set();
const isOpen = (at) => !asks(at) || revealed.has(at) || !$("predicting").checked;
const passed = (at) => at < place || (at === place && isOpen(place));

const answerTo = (at) => {
  const [kind, n] = steps[at];
  return kind === "forward" ? numbers.d[n] : kind === "seed" ? 1 : numbers.t[n];
};

const showCode = () => {
  const marks = marksOf(place);
  const way = new Map(lesson.ways[nodeOf(place)] ?? []);
  codeLines.forEach((line, i) => {
    line.parentNode.classList.toggle("current", marks.has(i));
    line.parentNode.classList.toggle("way", way.has(i));
    line.parentNode.dataset.said = way.get(i) ?? "";
    line.replaceChildren(...underlined(i, marks.get(i) ?? []));
  });
  reach($("code"), document.querySelector("#code u"));
};

// Bring an element into view inside of its box, and leave the page where it is.
const reach = (section, element) => {
  const box = section?.querySelector(".scroll") ?? section;
  if (!box || !element) return;
  const [a, b] = [box.getBoundingClientRect(), element.getBoundingClientRect()];
  const behavior = matchMedia("(prefers-reduced-motion: reduce)").matches
    ? "auto" : "smooth";
  const left = b.left < a.left || b.right > a.right
    ? b.left + b.width / 2 - a.left - a.width / 2 : 0;
  const top = b.top < a.top || b.bottom > a.bottom
    ? b.top + b.height / 2 - a.top - a.height / 2 : 0;
  if (left || top) box.scrollBy({ left, top, behavior });
};

const running = () => {
  const sums = nodes.map(() => null);
  if (seedAt >= 0 && passed(seedAt)) sums[root] = [1, 1, 1];
  shares.forEach(([, , arg, nth, of], s) => {
    if (passed(sharedAt[s])) sums[arg] = [numbers.t[s], nth, of];
  });
  return sums;
};

// The graph is drawn from left to right; where that is too wide, its parts are moved.
const graph = document.querySelector(".graph");
const graphNodes = all(".node", graph);
const graphEdges = all(".edge", graph);
const [wide, narrow] = [{
  box: graph.getAttribute("viewBox").split(" "),
  nodes: graphNodes.map((node) => node.getAttribute("transform").slice(10, -1)),
  edges: graphEdges.map((line) => [line.firstChild.getAttribute("d"),
    ...["x", "y"].map((key) => line.querySelector("text")?.getAttribute(key))]),
}, lesson.narrow];
const placeGraph = ({ box, nodes: corners, edges }) => {
  const set = (part, values) => {
    for (const key in values) part.setAttribute(key, values[key]);
  };
  set(graph, { viewBox: box.join(" "), width: box[2], height: box[3] });
  graphNodes.forEach((node, i) => set(node, { transform: `translate(${corners[i]})` }));
  graphEdges.forEach((line, i) => {
    const [d, x, y] = edges[i];
    set(line.firstChild, { d });
    if (line.lastChild !== line.firstChild) set(line.lastChild, { x, y });
  });
};
const small = matchMedia("(max-width: 47rem)");
const fitGraph = () => placeGraph(small.matches ? narrow : wide);
small.addEventListener("change", () => {
  fitGraph();
  show();
});

const showGraph = (sums) => {
  const [kind, which] = steps[place];
  const goingBack = seedAt >= 0 && place >= seedAt;
  const [from, edge, to] = kind === "backward" ? shares[which] : [];
  graph.classList.toggle("going-back", goingBack);
  for (const node of graphNodes) {
    const n = Number(node.dataset.n);
    const isArg = kind === "forward" ? argsOf(which).includes(n)
      : kind === "backward" && n === from;
    const isGoal = kind === "forward" ? n === which
      : kind === "backward" ? n === to : kind === "seed" && n === root;
    node.classList.toggle("unknown", !(computedAt[n] < 0 || passed(computedAt[n])
      || computedAt[n] === place));
    node.classList.toggle("giver", isArg);
    node.classList.toggle("goal", isGoal);
  }
  for (const line of graphEdges) {
    const [n, i] = line.dataset.edge.split(".").map(Number);
    const isUsed = kind === "forward" ? n === which
      : kind === "backward" && n === from && i === edge;
    line.classList.toggle("used", isUsed);
    line.classList.toggle("unknown", !goingBack && !passed(computedAt[n]) && !isUsed);
  }
  for (const text of all("[data-d]", graph)) {
    const n = Number(text.dataset.d);
    text.textContent = computedAt[n] < 0 || passed(computedAt[n])
      ? short(numbers.d[n]) : computedAt[n] === place ? "?" : "";
  }
  for (const text of all("[data-k]", graph)) {
    const s = Number(text.dataset.k);
    const known = numbers.v[s] || !Number.isNaN(numbers.k[s]);
    text.textContent = passed(sharedAt[s]) && known
      ? text.dataset.of + short(numbers.k[s]) : "";
  }
  for (const text of all("[data-g]", graph)) {
    const sum = sums[text.dataset.g];
    text.textContent = sum ? short(sum[0]) : "";
    text.previousElementSibling.classList.toggle("waiting", !sum);
  }
  reach($("picture"), graph.querySelector(".goal"));
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
const isMoved = () => Object.keys(moved).length > 0;
const beyond = () => {
  if (!isMoved()) return "";
  const data = [...numbers.d];
  for (const [op, ...args] of lesson.asides) {
    data.push(args.length ? rows[op].f(...args.map((i) => data[i])) : read(op));
  }
  const sideOf = (side) => (Array.isArray(side) ? data[side[0]] : read(side));
  const lost = lesson.stands.filter(([, , test]) => test
    && tests[test[1]](sideOf(test[0]), sideOf(test[2])) !== test[3]);
  const unknown = lesson.stands.filter(([, by, test]) => !test
    && by.some((n) => n in moved));
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
  $(`step${at}`).classList.toggle("untaken", isUntaken(at)));

const show = () => {
  const sums = running();
  const article = $(`step${place}`);
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
  showGraph(sums);
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
  reachable();
};

const go = (to) => {
  const next = Math.min(Math.max(to, 0), last);
  if (next !== place) {
    $("verdict").textContent = "";
    $("guess").value = "";
  }
  const left = $(`step${place}`);
  left.classList.remove("shown", "closed");
  showNumbers(left);
  place = next;
  show();
};
const reveal = () => {
  revealed.add(place);
  show();
};
const onward = () => {
  if (isOpen(place)) go(place + 1);
  else reveal();
};

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
  const [kind, which] = steps[place];
  if (kind === "backward") {
    const [n, , arg, nth] = shares[which];
    const question = nth > 1 ? "total" : "share";
    const s = {
      slope: numbers.k[which], upstream: numbers.g[n], contribution: numbers.c[which],
      before: nth > 1 ? numbers.b[which] : 0, total: numbers.t[which],
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
const resets = [];

// A round step, so that the slider stops at round numbers.
const roundStep = (number) => {
  const step = Math.max(1, Math.abs(number)) / 100;
  const power = 10 ** Math.floor(Math.log10(step));
  return power * (step / power >= 5 ? 5 : step / power >= 2 ? 2 : 1);
};
const sum = (number, step) => Number((number + step).toPrecision(12));

const recompute = () => {
  numbers = Object.keys(moved).length ? compute(moved) : given;
  outside = beyond();
  if ($("beyond")) $("beyond").textContent = outside;
  $("reset").hidden = !Object.keys(moved).length;
  showNumbers($("steps"));
  showTaken();
  show();
};

for (const row of all("[data-input]")) {
  const n = Number(row.dataset.input);
  const [field, slide] = all("input", row);
  const start = given.d[n];
  const step = roundStep(Number.isFinite(start) ? start : 1);
  const put = (number) => {
    if (Object.is(number, start)) delete moved[n];
    else moved[n] = number;
    slide.setAttribute("aria-valuetext", short(number));
    recompute();
  };
  slide.setAttribute("aria-valuetext", short(start));
  if (!rows) {
    field.disabled = slide.disabled = true;
    continue;
  }
  slide.disabled = !Number.isFinite(start);
  slide.addEventListener("input", () => {
    const at = Number(slide.value);
    const number = at === 0 ? start : sum(start, at * step);
    field.value = short(number);
    put(number);
  });
  field.addEventListener("change", () => {
    const number = typed(field.value);
    if (Number.isNaN(number)) {
      field.value = short(numbers.d[n]);
      return;
    }
    slide.value = Math.round((number - start) / step);
    put(number);
  });
  resets.push(() => {
    field.value = short(start);
    slide.value = 0;
    slide.setAttribute("aria-valuetext", short(start));
    delete moved[n];
  });
}
$("reset")?.addEventListener("click", () => {
  for (const reset of resets) reset();
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
  if (event.target.closest("input:not([type=checkbox]), [tabindex]")) return;
  const isPressed = event.target.closest("button, [type=checkbox]");
  const act = { ArrowRight: onward, ArrowLeft: () => go(place - 1),
    Home: () => go(0), End: () => go(last) }[event.key]
    ?? (event.key === " " && !isPressed ? onward : null);
  if (!act) return;
  event.preventDefault();
  act();
});

const isDark = () => document.documentElement.dataset.theme
  ? document.documentElement.dataset.theme === "dark"
  : matchMedia("(prefers-color-scheme: dark)").matches;
const nameTheme = () => {
  $("theme").textContent = isDark() ? words.light : words.dark;
};
$("theme").addEventListener("click", () => {
  document.documentElement.dataset.theme = isDark() ? "light" : "dark";
  nameTheme();
});
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", nameTheme);

// On paper all steps stand one after the other, and nothing is kept back.
let placeOnScreen = 0;
addEventListener("beforeprint", () => {
  placeOnScreen = place;
  placeGraph(narrow);
  go(last);
});
addEventListener("afterprint", () => {
  fitGraph();
  go(placeOnScreen);
});

document.documentElement.classList.add("playing");
$("controls").hidden = false;
nameTheme();
fitGraph();
showNumbers($("steps"));
showTaken();
show();
