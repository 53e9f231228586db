// Steps through a walk downhill; walks anew from another start, where it can.

const { names, words, box, frame, walks } = data;
const [LEFT, TOP, WIDTH, HEIGHT] = box;
const isMap = names.length > 1;

const make = (kind, inside, properties = {}) => {
  const element = document.createElement(kind);
  for (const [name, value] of Object.entries(properties)) element.setAttribute(name, value);
  inside.append(element);
  return element;
};

// What stands there for the inputs: the formula in numbers, fields, and columns.
names.forEach((name, i) => {
  make("div", $("rules"), { class: "numbers" }).innerHTML = `<math display="block"><mrow>
    <mn data-slot="next${i}"></mn><mo>←</mo><mn data-slot="x${i}"></mn>
    <mo class="minus">−</mo><mn class="rate" data-slot="rate"></mn><mo>·</mo>
    <mrow class="slope"><mn data-slot="slope${i}"></mn></mrow></mrow></math>`;
  const label = make("label", $("fields"));
  label.append(`${name} = `);
  make("input", label, { type: "text", inputmode: "decimal", size: 7, "data-start": i,
    autocomplete: "off" });
  $("fields").append(" ");
});
data.heads.splice(1 + names.length, 0, `${data.name}(${names.join(", ")})`);
for (const head of data.heads) make("th", $("heads"), { scope: "col" }).textContent = head;
$("rates").max = walks.length - 1;

let chosen = data.given; // which rate
let start = null; // where the learner wants to start; null: where Python did
let walk = walks[chosen];
let k = 0; // which point of the walk
let timer = null;

// --- text ----------------------------------------------------------------------------

const placeOf = (xs) => names.map((name, i) => `${name} = ${short(xs[i])}`).join(", ");
const height = () => `${data.name}(${names.join(", ")})`;

// --- walking, with the graph of the function -------------------------------------------

const look = (point) => {
  const y = data.live.map(() => 0);
  data.live.forEach((node, n) => {
    y[n] = typeof node === "number" ? node
      : typeof node === "string" ? point[names.indexOf(node)]
      : rows[node[0]].f(...node.slice(1).map((i) => y[i]));
  });
  const last = y.length - 1;
  const adjoints = y.map((_, n) => (n === last ? 1 : 0));
  for (let n = last; n >= 0; n--) {
    const node = data.live[n];
    if (!Array.isArray(node) || adjoints[n] === 0) continue;
    const args = node.slice(1);
    args.forEach((arg, i) => {
      adjoints[arg] += adjoints[n] * rows[node[0]].d[i](...args.map((j) => y[j]), y[n]);
    });
  }
  const slopes = names.map((name) => {
    const n = data.live.indexOf(name);
    return n < 0 ? 0 : adjoints[n];
  });
  return { value: y[last], slopes };
};

const place = ([point, value]) => {
  const at = isMap ? point : [point[0], value];
  const cut = (x) => Math.min(Math.max(x, -5000), 5000);
  const share = at.map((x, i) => (x - frame[i][0]) / (frame[i][1] - frame[i][0]));
  return [cut(LEFT + share[0] * WIDTH), cut(TOP + (1 - share[1]) * HEIGHT)];
};

// A walk as Python tells them: of each point the inputs, the value, the slopes if there
// are any, and where a plus would have led, with the value there.
const walkFrom = (from, rate) => {
  const points = [];
  let point = from, here = look(point), end = "done", dip = 0;
  const first = here.value;
  for (let step = 0; ; step++) {
    const known = here.slopes.every(Number.isFinite);
    const told = [point, here.value, known ? here.slopes : [], null];
    points.push(told);
    if (!known) { end = "no_slope"; break; }
    if (here.slopes.every((slope) => slope === 0)) { end = "flat"; break; }
    const up = point.map((x, i) => x + rate * here.slopes[i]);
    const above = look(up).value;
    if (Number.isFinite(above)) told[3] = [up, above];
    if (here.value - first > 10 * dip && step > 0) { end = "astray"; break; }
    if (step === data.steps) { if (here.value >= first) end = "no_lower"; break; }
    if (step === 0) dip = rate * here.slopes.reduce((sum, slope) => sum + slope * slope, 0);
    const next = point.map((x, i) => x - rate * here.slopes[i]);
    const there = look(next);
    if (!Number.isFinite(there.value)) { end = "outside"; break; }
    point = next;
    here = there;
  }
  const slots = { at: placeOf(point), value: short(here.value),
    first: short(first), name: height() };
  return { rate, points, end: fill(words[`end_${end}`], slots) };
};

// --- the picture -----------------------------------------------------------------------

const SVG = "http://www.w3.org/2000/svg";
// The still walk, for whoever has no script, makes room for that of the moment.
for (const mark of document.querySelectorAll("svg.field .grad")) mark.remove();
const marks = document.createElementNS(SVG, "g");
document.querySelector("svg.field").append(marks);
const draw = (kind, attributes, text = "") => {
  const element = document.createElementNS(SVG, kind);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.textContent = text;
  marks.append(element);
};
const line = (kind, [x1, y1], [x2, y2]) => draw("line", { class: kind, x1, y1, x2, y2 });
const arrow = (kind, from, to) => {
  line(kind, from, to);
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const length = Math.hypot(dx, dy);
  if (length < 10) return;
  const [ux, uy] = [dx / length, dy / length];
  const [bx, by] = [to[0] - 11 * ux, to[1] - 11 * uy];
  draw("path", { class: `head ${kind}-head`,
    d: `M${to[0]} ${to[1]}L${bx - 5 * uy} ${by + 5 * ux}L${bx + 5 * uy} ${by - 5 * ux}Z` });
};

const drawMarks = () => {
  marks.replaceChildren();
  const at = (i) => place(walk.points[i]);
  const passed = walk.points.slice(0, k + 1).map(place);
  if (k > 1) draw("path", { class: "trail", d: `M${passed.slice(0, k).join("L")}` });
  const [x, y] = at(k);
  const slopes = walk.points[k][2];
  if (!isMap && slopes.length) {
    const pixels = (slopes[0] * HEIGHT) / (frame[1][1] - frame[1][0]) /
      (WIDTH / (frame[0][1] - frame[0][0]));
    const half = 90 / Math.hypot(1, pixels);
    line("tangent", [x - half, y + half * pixels], [x + half, y - half * pixels]);
    const above = pixels > 0 ? -1 : 1; // the side of the point where the curve is not
    draw("text", { class: "mark slope", x: x + 0.6 * half * above, y: y - 0.6 * half *
      pixels * above + 22, "text-anchor": pixels > 0 ? "start" : "end" },
      fill(words.slope_mark, { slope: short(slopes[0]) }));
  }
  if (k > 0) {
    if (isMap) arrow("arrow", at(k - 1), [x, y]);
    else {
      // Along x goes the step; from there to the curve, the height changes by itself.
      const from = at(k - 1);
      arrow("arrow", from, [x, from[1]]);
      if (Math.abs(x - from[0]) > 30) {
        draw("text", { class: "mark move", x: (x + from[0]) / 2, y: from[1] - 8,
          "text-anchor": "middle" }, short(moves(k - 1)[0]));
      }
      line("drop", [x, at(k - 1)[1]], [x, y]);
    }
  }
  for (const [cx, cy] of passed) draw("circle", { class: "dot", cx, cy, r: 4 });
  const from = Math.max(k - 1, 0), plus = walk.points[from][3];
  if ($("plus").checked && plus) {
    const [ux, uy] = place(plus), [fx, fy] = at(from);
    if (isMap) arrow("up", [fx, fy], [ux, uy]);
    else {
      arrow("up", [fx, fy], [ux, fy]);
      line("up", [ux, fy], [ux, uy]);
    }
    draw("circle", { class: "up", cx: ux, cy: uy, r: 6 });
  }
  draw("circle", { class: "here", cx: x, cy: y, r: 7 });
};

// --- one point of the walk -------------------------------------------------------------

const last = () => walk.points.length - 1;
const moves = (i) => walk.points[i][2].map((slope) => -walk.rate * slope);

const sentence = () => {
  const [xs, value, slopes] = walk.points[k];
  const slots = { at: placeOf(xs), name: height(), value: short(value),
    slope: slopes.length ? short(slopes[0]) : "",
    slopes: slopes.map((slope, i) => `∂${data.name}/∂${names[i]} = ${short(slope)}`).join(", ") };
  const here = fill(words.here, slots);
  if (!slopes.length) return here;
  const sign = Math.sign(slopes[0]);
  const key = isMap ? "slopes" : sign > 0 ? "rising" : sign < 0 ? "falling" : "level";
  const told = `${here} ${fill(words[key], slots)}`;
  return k < last() ? `${told} ${words[`${key}_go`]}` : told;
};

const set = (slot, text) => {
  for (const element of document.querySelectorAll(`[data-slot="${slot}"]`)) {
    element.textContent = text;
  }
};

const show = (step) => {
  k = Math.min(Math.max(step, 0), last());
  const [xs, , slopes] = walk.points[k];
  const n = last();
  $("number").textContent = fill(words.number, { k, n });
  $("sentence").textContent = sentence();
  $("count").textContent = `${k} / ${n}`;
  $("step").max = n;
  $("step").value = k;
  $("step").setAttribute("aria-valuetext", fill(words.number, { k, n }));
  $("first").disabled = $("back").disabled = k === 0;
  $("on").disabled = $("last").disabled = k === n;
  names.forEach((_, i) => {
    set(`x${i}`, short(xs[i]));
    set(`slope${i}`, slopes.length ? enclosed(slopes[i]) : "?");
    set(`next${i}`, "?");
  });
  set("rate", short(walk.rate));
  const over = k === n;
  for (const numbers of document.querySelectorAll(".numbers")) numbers.hidden = over;
  $("predict").hidden = over;
  $("end").hidden = !over;
  $("end").textContent = over ? walk.end : "";
  $("question").textContent = fill(words.question, { name: names[0] });
  $("answer").value = "";
  $("verdict").textContent = "";
  const from = Math.max(k - 1, 0), plus = walk.points[from][3];
  $("with").hidden = !($("plus").checked && plus);
  if (plus) {
    $("with").textContent = fill(words.with_plus, { from: placeOf(walk.points[from][0]),
      to: placeOf(plus[0]), value: short(plus[1]), before: short(walk.points[from][1]),
      name: height() });
  }
  const cells = ([xs, value, slopes], i) => [String(i), ...xs.map(short), short(value),
    ...(slopes.length ? slopes.map(short) : names.map(() => "—")),
    ...(i < k && slopes.length ? moves(i).map(short) : names.map(() => ""))];
  $("rows").replaceChildren(...walk.points.slice(0, k + 1).map((p, i) => {
    const row = document.createElement("tr");
    if (i === k) row.setAttribute("aria-current", "step");
    row.append(...cells(p, i).map((text) => {
      const cell = document.createElement("td");
      cell.textContent = text;
      return cell;
    }));
    return row;
  }));
  const shown = $("rows").parentElement.parentElement;
  shown.scrollTop = shown.scrollHeight;
  reachable();
  drawMarks();
};

const choose = (step) => {
  walk = start ? walkFrom(start, walks[chosen].rate) : walks[chosen];
  $("rates").value = chosen;
  $("rate").textContent = short(walk.rate);
  $("rates").setAttribute("aria-valuetext", short(walk.rate));
  $("outcome").textContent = fill(words.outcome,
    { name: height(), value: short(walk.points[last()][1]) });
  $("return").disabled = !start;
  document.querySelectorAll("[data-start]").forEach((input, i) => {
    input.value = short(walk.points[0][0][i]);
  });
  show(step ?? last());
};

// --- predictions -----------------------------------------------------------------------

const reveal = () => {
  // What the step gives stands in the formula; the next step goes there.
  walk.points[k + 1][0].forEach((x, i) => set(`next${i}`, short(x)));
};

$("predict").addEventListener("submit", (event) => {
  event.preventDefault();
  const answer = typed($("answer").value);
  const [xs, , slopes] = walk.points[k];
  const told = [xs[0], slopes[0], moves(k)[0], walk.points[k + 1][0][0]].map(short);
  const [x, slope, move, right] = told.map(typed);
  // Two or three digits are enough, but not so few that it might be another answer.
  const near = (y) => Math.abs(answer - y) <=
    Math.min(Math.max(0.006 * Math.abs(y), 1e-9), Math.abs(move) / 3);
  const kind = Number.isNaN(answer) ? "no_number" : answer === right || near(right) ? "right"
    : near(x - move) ? "plus" : near(x - slope) ? "no_rate" : near(move) || near(-move)
    ? "move" : near(x) ? "stayed" : "wrong";
  $("verdict").dataset.right = kind === "right" ? "yes" : "no";
  $("verdict").textContent = fill(words[`answer_${kind}`], { answer: told[3], x: told[0],
    name: names[0], slope: enclosed(slope), rate: short(walk.rate), move: told[2] });
  if (kind === "right") reveal();
});
$("reveal").addEventListener("click", reveal);

// --- controls --------------------------------------------------------------------------

const stop = () => {
  clearInterval(timer);
  timer = null;
  $("play").textContent = words.play;
};
const go = (step) => { stop(); show(step); };
const play = () => {
  if (timer) { stop(); return; }
  if (k === last()) show(0);
  $("play").textContent = words.pause;
  timer = setInterval(() => {
    show(k + 1);
    if (k === last()) stop();
  }, 1000);
};
$("first").addEventListener("click", () => go(0));
$("back").addEventListener("click", () => go(k - 1));
$("play").addEventListener("click", play);
$("on").addEventListener("click", () => go(k + 1));
$("last").addEventListener("click", () => go(last()));
$("step").addEventListener("input", () => go(Number($("step").value)));
$("plus").addEventListener("change", () => show(k));
$("rates").addEventListener("input", () => {
  stop();
  chosen = Number($("rates").value);
  choose();
});
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  // Fields have keys of their own, and so have boxes that scroll.
  if (event.target.closest("input, [tabindex]")) return;
  if (event.key === " " && event.target.closest("button, summary")) return;
  const to = { ArrowRight: k + 1, ArrowLeft: k - 1, Home: 0, End: last(), " ": k + 1 };
  if (!(event.key in to)) return;
  event.preventDefault();
  go(to[event.key]);
});

const startAt = (point) => {
  if (!point.every(Number.isFinite) || !Number.isFinite(look(point).value)) {
    $("refused").textContent = fill(words.refused, { name: height() });
    return;
  }
  $("refused").textContent = "";
  stop();
  start = point;
  choose(0);
};
if (data.live) {
  $("starts").hidden = false;
  const picture = document.querySelector("svg.plot");
  picture.classList.add("live");
  picture.addEventListener("click", (event) => {
    const matrix = picture.getScreenCTM().inverse();
    const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix);
    const share = [(x - LEFT) / WIDTH, 1 - (y - TOP) / HEIGHT];
    if (share.some((part) => part < 0 || part > 1)) return;
    startAt(names.map((_, i) => {
      const [low, high] = frame[i];
      const unit = 10 ** Math.floor(Math.log10((high - low) / 50));
      return Number((Math.round((low + share[i] * (high - low)) / unit) * unit).toPrecision(6));
    }));
  });
  document.querySelectorAll("[data-start]").forEach((input) =>
    input.addEventListener("change", () =>
      startAt([...document.querySelectorAll("[data-start]")].map((i) => typed(i.value)))));
  $("return").addEventListener("click", () => {
    $("refused").textContent = "";
    stop();
    start = null;
    choose(0);
  });
}

nameTheme();
choose(0);
