// The page: one picture after the other while it plays, buttons, keys.

let playing = false;
let frame = 0; // the request of the next picture
const isStill = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
const BUDGET = 12; // milliseconds of a picture's sixteen

// --- what is shown --------------------------------------------------------------------

const percent = (part) => (part.count ? fill(words.percent, {
  share: String(Math.round((1000 * part.right) / part.count) / 10).replace(".", words.mark) }) : "");
const showNumbers = () => {
  $("count").textContent = fill(run.steps === 1 ? words.step : words.steps, { count: run.steps });
  const epochs = data.rows.length ? Math.floor(run.seen / data.rows.length) : 0;
  $("epochs").textContent = fill(words.epochs, { count: epochs });
  for (const name of ["train", "test"]) {
    const part = now[name];
    $(`${name}-loss`).textContent = part.count ? short(part.loss) : "";
    $(`${name}-right`).textContent = percent(part);
  }
  $("again").disabled = !fault && !run.steps && isLike(p, firstWeights());
  const losses = course.flatMap(({ train, test }) => [train, test]).filter(Number.isFinite);
  const most = Math.max(...losses), least = Math.min(0, ...losses);
  ["train", "test"].forEach((name, i) => {
    const line = course.map((point) => point[name]).filter(Number.isFinite);
    all("#curve polyline")[i].setAttribute("points", line.length > 1 ? curveOf(line, most, least) : "");
  });
  $("curve").setAttribute("aria-label", course.length > 1 ? fill(words.curve, {
    before: short(course[0].train), now: short(now.train.loss), count: run.steps }) : words.no_curve);
};
const showWords = () => {
  const { dead, saturated } = showStates();
  const said = [];
  if (!data.rows.length) said.push(words.no_points);
  if (fault) said.push(fault);
  if (Number.isNaN(rate())) said.push(words.rate_needed);
  const listed = (names) => (names.length > 6 ? [...names.slice(0, 6), "…"] : names).join(", ");
  if (dead.length) said.push(fill(words.dead, { names: listed(dead), count: dead.length }));
  if (saturated.length) said.push(fill(words.saturated, { names: listed(saturated), count: saturated.length }));
  const text = said.join("\n");
  if ($("word").dataset.said === text) return;
  $("word").dataset.said = text;
  $("word").replaceChildren(...said.map((sentence) => element("p", "", sentence)));
};
const showAll = () => {
  look();
  checkGrowth();
  computePlane();
  paintMap();
  paintNeurons(Infinity);
  drawLines();
  showWires();
  showNumbers();
  showWords();
  retell();
};

// --- playing --------------------------------------------------------------------------

let spoken = 0; // when numbers were last shown
let last = 0, due = 0; // when the last picture was, and how many steps wait since then
let pace = { since: 0, steps: 0 };
const picture = (time) => {
  const until = performance.now() + BUDGET;
  due += (Number($("speed").value) * Math.max(0, Math.min(time - last, 1000))) / 1000;
  last = time;
  // Half of the time is for steps; who wants little motion sees as many in fewer pictures.
  const taken = takeSteps(Math.floor(due), performance.now() + (isStill() ? 250 : BUDGET / 2));
  pace.steps += taken;
  due = Math.min(due - taken, 1);
  look();
  checkGrowth();
  computePlane();
  paintMap();
  drawLines();
  if (time - spoken > 90 || isStill()) {
    showWires();
    showNumbers();
    showWords();
    retell();
    spoken = time;
  }
  paintNeurons(until);
  if (time - pace.since > 1000) {
    const perSecond = (1000 * pace.steps) / (time - pace.since);
    $("pace").textContent = pace.since ? fill(words.pace, { count: Math.round(perSecond) }) : "";
    pace = { since: time, steps: 0 };
  }
  if (fault) pause();
  else if (playing) next();
};
let waiting = 0;
const next = () => {
  if (isStill()) waiting = setTimeout(() => picture(performance.now()), 500);
  else frame = requestAnimationFrame(picture);
};
const play = () => {
  if (playing || !data.rows.length || Number.isNaN(rate())) return;
  playing = true;
  fault = "";
  pace = { since: 0, steps: 0 };
  due = 1;
  last = performance.now();
  namePlay();
  next();
};
const pause = () => {
  playing = false;
  cancelAnimationFrame(frame);
  clearTimeout(waiting);
  $("pace").textContent = "";
  namePlay();
  showAll();
  noteState();
};
const namePlay = () => { $("play").textContent = playing ? `❚❚ ${words.pause}` : `▶ ${words.play}`; };
const oneStep = () => {
  if (playing) pause();
  fault = "";
  if (Number.isNaN(rate())) return showAll();
  takeSteps(1);
  showAll();
  noteState();
};
const rewind = () => {
  if (playing) pause();
  beginAgain();
  showAll();
  noteState();
};

// --- what is chosen -------------------------------------------------------------------

const showData = () => {
  placeGrid();
  drawTicks();
  drawDots();
  paintInputs();
  for (const part of all(".test")) part.toggleAttribute("hidden", !data.test.length);
  $("back").disabled = data.rows.length === data.given.length && !data.rows.some(isOwn);
  $("clear").disabled = !data.rows.length;
};
// Points that come or go: the weights stay, and learn on.
const dataChanged = () => {
  refill();
  drawDots();
  $("back").disabled = false;
  $("clear").disabled = !data.rows.length;
  if (playing && !data.rows.length) pause();
  if (!playing) showAll();
  noteState();
};
const options = (select, values, name = String) => {
  select.replaceChildren(...values.map((value) => new Option(name(value), value)));
};
const withValue = (values, value) => [...new Set([...values, value])].sort((a, b) => a - b);
const showSettings = () => {
  $("rate").value = short(settings.rate);
  options($("batch"), withValue([0, 1, 4, 16, 32, 64], settings.batch), (n) => (n ? n : words.whole));
  options($("penalty"), withValue([0, 1e-5, 1e-4, 1e-3, 0.01, 0.1], settings.penalty), short);
  options($("optimizer"), game.optimizers.map(({ name }) => name));
  options($("set"), [...game.sets.keys()], (i) => words[`set_${game.sets[i].name}`] ?? (game.sets[i].name || words.set_own));
  for (const name of ["batch", "penalty", "optimizer"]) $(name).value = settings[name];
  $("set").value = data.at;
  showNoise();
  showPenalty();
};
const showNoise = () => {
  $("noisy").hidden = !isDrawn(game.sets[data.at]);
  $("noise").value = data.noise ?? 0;
};
const showPenalty = () => {
  $("penalised").textContent = settings.penalty ? words.penalised : "";
};
const showLegend = () => {
  const parts = labels.map((_, k) => {
    const icon = svg("svg", { viewBox: "-2 -2 4 4", "aria-hidden": "true" });
    const dot = svg("path", { d: shapeOf(k) });
    dot.style.fill = inkOf(k);
    icon.append(dot);
    return element("span", "", icon, classes[k]);
  });
  if (!isClassed) {
    const bar = element("span", "bar");
    bar.style.background = "linear-gradient(90deg, var(--negative), var(--background), var(--data))";
    const said = (x) => short(Number((x * game.target[1] + game.target[0]).toPrecision(4)));
    parts.push(element("span", "", `${said(scale.low)} `, bar, ` ${said(scale.high)}`));
  }
  if (data.test.length) parts.push(element("span", "", `○ ${words.hollow}`));
  $("legend").replaceChildren(...parts);
};
const restore = (text) => {
  if (playing) pause();
  takeState(text);
  showSettings();
  showData();
  showLegend();
  $("rates").dispatchEvent(new Event("restore"));
  showAll();
};

$("play").addEventListener("click", () => (playing ? pause() : play()));
$("one").addEventListener("click", oneStep);
$("again").addEventListener("click", () => {
  rewind();
  $("play").focus();
});
$("fresh").addEventListener("click", () => {
  settings.seed += 1;
  rewind();
});
$("optimizer").addEventListener("change", () => {
  chooseOptimizer($("optimizer").value);
  settings.rate = game.optimizers.find(({ name }) => name === settings.optimizer).rate;
  $("rate").value = short(settings.rate);
  $("rate").dispatchEvent(new Event("change"));
});
for (const name of ["batch", "penalty"]) {
  $(name).addEventListener("change", () => {
    settings[name] = Number($(name).value);
      showPenalty();
    noteState();
  });
}
const takeSet = (at, noise) => {
  if (playing) pause();
  chooseSet(at, noise);
  beginAgain();
  showNoise();
  showData();
  showLegend();
  showAll();
  noteState();
};
$("set").addEventListener("change", () => takeSet(Number($("set").value)));
$("noise").addEventListener("input", () => takeSet(data.at, Number($("noise").value)));
$("clear").addEventListener("click", () => {
  data.rows = [];
  if (playing) pause();
  dataChanged();
});
$("back").addEventListener("click", () => {
  data.rows = [...data.given];
  dataChanged();
  $("back").disabled = true;
  $("clear").focus();
});
for (const [axis, name] of ["across", "up"].entries()) {
  $(name).addEventListener("change", () => {
    const other = axes[1 - axis];
    if (Number($(name).value) === other) axes[1 - axis] = axes[axis];
    axes[axis] = Number($(name).value);
    [$("across").value, $("up").value] = axes;
    showData();
    showAll();
    noteState();
  });
}

// --- the link -------------------------------------------------------------------------

$("link").addEventListener("click", async () => {
  noted = "";
  noteState();
  const address = `${location.href.split("#")[0]}#${stateNow()}`;
  $("address").value = address;
  try {
    await navigator.clipboard.writeText(address);
    $("live").textContent = $("link").textContent = words.copied;
    setTimeout(() => { $("link").textContent = words.link; }, 2000);
  } catch {
    $("address").hidden = false;
    $("address").select();
  }
});
addEventListener("hashchange", () => {
  if (location.hash.slice(1) !== noted) restore(location.hash);
});
addEventListener("message", (event) => {
  if (event.source === parent && typeof event.data?.state === "string") restore(event.data.state);
});

// --- as Python ------------------------------------------------------------------------

$("save").addEventListener("click", showProgram);

// --- keys -----------------------------------------------------------------------------

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("#board") && moveCursor(event, dataChanged)) {
    event.preventDefault();
    return;
  }
  if (moveOn(event)) {
    event.preventDefault();
    return;
  }
  // Fields have keys of their own, and so have boxes that scroll.
  if (event.target.closest("input, select, dialog, [tabindex]")) return;
  const isPressed = event.target.closest("button");
  const act = { ArrowRight: oneStep, Home: rewind }[event.key]
    ?? (event.key === " " && !isPressed ? () => (playing ? pause() : play()) : null);
  if (!act) return;
  event.preventDefault();
  act();
});
for (const kind of ["focus", "blur"]) {
  $("board").addEventListener(kind, () => {
    $("cursor").toggleAttribute("hidden", kind === "blur" || !$("board").matches(":focus-visible"));
    if (!$("cursor").hasAttribute("hidden")) sayCursor();
  });
}

// When all of the script is read.
addEventListener("DOMContentLoaded", () => {
  namePlay();
  nameTheme();
  readColours();
  chooseSet(0);
  if (inputCount > 2) tellingAxes().forEach((feature, k) => { axes[k] = feature; });
  takeState(isFramed ? "" : location.hash);
  showSettings();
  buildTools();
  if (inputCount > 2) {
    $("axes").hidden = false;
    for (const [name, axis] of [["across", 0], ["up", 1]]) {
      options($(name), [...features.keys()], (i) => features[i]);
      $(name).value = axes[axis];
    }
  }
  $("link").hidden = isFramed;
  $("choosing").hidden = game.sets.length < 2;
  for (const part of all(".accuracy")) part.hidden = !isClassed;
  buildNetwork();
  startDrawing(dataChanged);
  onRate(() => {
    if (!Number.isNaN(rate())) settings.rate = rate();
    if (now) showWords();
    if (now) noteState();
  });
  $("rates").addEventListener("restore", () => $("rate").dispatchEvent(new Event("change")));
  showData();
  showLegend();
  tell(null);
  showAll();
  const repaint = () => {
    readColours();
    paintInputs();
    showAll();
  };
  $("theme").addEventListener("click", repaint);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", repaint);
  addEventListener("resize", placeNetwork);
  reachable();
});
