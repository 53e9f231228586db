// Points: those of the data, and those that the learner draws.

const MOST_DOTS = 1200;
const SHAPES = [ // of classes, never told apart by colour alone
  "M-1.3 0a1.3 1.3 0 1 0 2.6 0a1.3 1.3 0 1 0-2.6 0Z", "M-1.2-1.2H1.2V1.2H-1.2Z",
  "M0-1.6L1.5 1.1H-1.5Z", "M0-1.7L1.7 0L0 1.7L-1.7 0Z", "M-.5-1.5H.5V-.5H1.5V.5H.5V1.5H-.5V.5H-1.5V-.5H-.5Z",
];
const shapeOf = (k) => SHAPES[Math.max(0, k) % SHAPES.length];
const colourOf = (row) => {
  if (isClassed) return inkOf(classOf(row));
  const share = (row[inputCount] - scale.low) / (scale.high - scale.low || 1);
  const hue = share > 0.5 ? "--data" : "--negative";
  return `color-mix(in srgb, var(${hue}) ${Math.round(40 + 60 * Math.abs(2 * share - 1))}%, var(--background))`;
};
const dotOf = (row, isTest) => {
  const k = isClassed ? classOf(row) : 0;
  const [x, y] = [onBoard(0, row[axes[0]]),
    onBoard(1, isLine ? row[inputCount] : row[axes[1]])].map((place) => Math.max(-2, Math.min(102, place)));
  const made = svg("path", { class: `dot${isTest ? " test" : isOwn(row) ? " own" : ""}`,
    d: shapeOf(k), transform: `translate(${x.toFixed(1)} ${(100 - y).toFixed(1)})` });
  made.style[isTest ? "stroke" : "fill"] = colourOf(row);
  return made;
};
const drawDots = () => {
  const few = (rows) => rows.slice(0, MOST_DOTS);
  $("dots").replaceChildren(...few(data.test).map((row) => dotOf(row, true)),
    ...few(data.rows).map((row) => dotOf(row, false)));
  $("counted").textContent = fill(data.test.length ? words.counted_test : words.counted, {
    count: data.rows.length, test: data.test.length });
};

// --- drawing --------------------------------------------------------------------------

let tool = null; // the class that is drawn, "point" of a number, "erase", or none
const means = () => features.map((_, i) => meanOf(i));
const put = (x, y) => {
  if (tool === "erase") return erase(x, y);
  if (tool === null) return false;
  const row = means();
  row[axes[0]] = fromBoard(0, x);
  if (!isLine) row[axes[1]] = fromBoard(1, y);
  const number = typed($("value").value);
  const target = isClassed ? labels[tool] : isLine ? fromBoard(1, y) : number;
  if (!Number.isFinite(target)) return false;
  row.push(target, ...Array(game.targets - 1).fill(target));
  data.rows.push(row);
  return true;
};
const erase = (x, y) => {
  const far = (row) => Math.hypot(onBoard(0, row[axes[0]]) - x,
    onBoard(1, isLine ? row[inputCount] : row[axes[1]]) - y);
  const before = data.rows.length;
  data.rows = data.rows.filter((row) => far(row) > 4);
  return data.rows.length < before;
};
const choose = (next) => {
  tool = next;
  for (const button of all("#tools button")) {
    button.setAttribute("aria-pressed", button.dataset.tool === String(tool));
  }
  $("board").classList.toggle("drawn", tool !== null);
};
const buildTools = () => {
  const kinds = isClassed ? labels.map((_, k) => [k, classes[k]]) : [["point", words.point]];
  for (const [key, name] of [...kinds, ["erase", words.erase]]) {
    const button = element("button", "", key === "erase" ? "⌫ " : "", name);
    if (key !== "erase") {
      const icon = svg("svg", { viewBox: "-2 -2 4 4", "aria-hidden": "true" });
      const dot = svg("path", { d: shapeOf(isClassed ? key : 0) });
      dot.style.fill = isClassed ? inkOf(key) : "var(--data)";
      icon.append(dot);
      button.prepend(icon);
    }
    button.dataset.tool = key;
    button.addEventListener("click", () => choose(String(tool) === String(key) ? null : key));
    $("tools").append(button);
  }
  choose(null);
  $("valued").hidden = isClassed || isLine;
};

// With a mouse or a finger.
const placeIn = (event) => {
  const box = $("board").getBoundingClientRect();
  return [(100 * (event.clientX - box.left)) / box.width,
    100 - (100 * (event.clientY - box.top)) / box.height];
};
const isInside = (places) => places.every((x) => x >= 0 && x <= 100);
const startDrawing = (changed) => {
  let last = null; // where a mouse that is pressed put the last point
  const at = (event) => {
    const places = placeIn(event);
    const isFar = !last || Math.hypot(places[0] - last[0], places[1] - last[1]) > 4;
    if (!isInside(places) || !isFar) return;
    last = places;
    if (put(...places)) changed();
  };
  $("board").addEventListener("click", (event) => { if (!last) at(event); last = null; });
  $("board").addEventListener("pointerdown", (event) => {
    last = null;
    if (event.pointerType === "mouse" && tool !== null && event.button === 0) at(event);
  });
  $("board").addEventListener("pointermove", (event) => {
    if (last && event.buttons === 1) at(event);
  });
};

// With keys: a cursor that the arrows move.
const cursor = [50, 50];
const sayCursor = () => {
  $("cursor").setAttribute("transform", `translate(${cursor[0]} ${100 - cursor[1]})`);
  const at = (axis) => {
    const [mean, unit] = isLine && axis ? [0, 1] : game.units[axes[axis]];
    return short(Number((fromBoard(axis, cursor[axis]) * unit + mean).toPrecision(3)));
  };
  $("live").textContent = `${features[axes[0]]} ${at(0)}, ${isLine ? words.predicted : features[axes[1]]} ${at(1)}`;
};
const moveCursor = (event, changed) => {
  const by = event.shiftKey ? 10 : 2;
  const move = { ArrowLeft: [-by, 0], ArrowRight: [by, 0], ArrowUp: [0, by], ArrowDown: [0, -by] }[event.key];
  if (move) {
    move.forEach((step, i) => { cursor[i] = Math.max(0, Math.min(100, cursor[i] + step)); });
    sayCursor();
    return true;
  }
  const digit = Number(event.key);
  if (isClassed && digit >= 1 && digit <= labels.length) {
    choose(digit - 1);
    $("live").textContent = classes[digit - 1];
    return true;
  }
  if (event.key === "Enter" || event.key === " ") {
    if (tool === null) choose(isClassed ? 0 : "point");
    if (put(...cursor)) changed();
    return true;
  }
  if (event.key === "Delete" || event.key === "Backspace") {
    if (erase(...cursor)) changed();
    return true;
  }
  return false;
};
