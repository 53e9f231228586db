// The state in the link: what was chosen and drawn, and the weights as they are.

const MOST_WEIGHTS = 1000; // that a link holds

const bytesOf = (numbers) => new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
const packedNumbers = (numbers) => btoa(String.fromCharCode(...bytesOf(numbers)))
  .replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
const unpackedNumbers = (text) => {
  const raw = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return new Float64Array(Uint8Array.from(raw, (c) => c.charCodeAt(0)).buffer);
};

const stateNow = () => {
  const state = new URLSearchParams({ set: game.sets[data.at].name, rate: settings.rate,
    optimizer: settings.optimizer, batch: settings.batch, penalty: settings.penalty });
  if (isDrawn(game.sets[data.at])) state.set("noise", data.noise);
  if (settings.seed) state.set("seed", settings.seed);
  if (inputCount > 2) state.set("axes", axes.join("."));
  const gone = [...data.given.keys()].filter((i) => !data.rows.includes(data.given[i]));
  if (gone.length === data.given.length) state.set("gone", "all");
  else if (gone.length) state.set("gone", gone.join("."));
  const own = data.rows.filter(isOwn);
  if (own.length) state.set("own", packedNumbers(flat(own)));
  if (run.steps && p.length <= MOST_WEIGHTS) {
    state.set("steps", run.steps);
    state.set("seen", run.seen);
    state.set("weights", packedNumbers(p));
  }
  return state.toString();
};
// Take what a link says; what it does not say, or wrongly, is as at first.
const takeState = (text) => {
  const state = new URLSearchParams(text.replace(/^#/, ""));
  const number = (name, fits, usual) => {
    const given = state.has(name) ? Number(state.get(name)) : NaN;
    return fits(given) ? given : usual;
  };
  const at = game.sets.findIndex((set) => set.name === state.get("set"));
  const kind = game.optimizers.find(({ name }) => name === state.get("optimizer")) ?? game.optimizers[0];
  const whole = (x) => Number.isInteger(x) && x >= 0;
  Object.assign(settings, {
    rate: number("rate", (x) => x > 0 && x < Infinity, kind.rate), optimizer: kind.name,
    batch: number("batch", whole, game.batch),
    penalty: number("penalty", (x) => x >= 0 && x < Infinity, game.penalty),
    seed: number("seed", whole, 0),
  });
  const chosen = (state.get("axes") ?? "").split(".").map(Number);
  if (chosen.length === 2 && chosen.every((i) => features[i])) chosen.forEach((i, k) => { axes[k] = i; });
  chooseSet(Math.max(0, at), number("noise", (x) => x >= 0 && x <= 1, undefined));
  const gone = state.get("gone") ?? "";
  const left = new Set(gone.split(".").filter(Boolean).map(Number));
  data.rows = gone === "all" ? [] : data.given.filter((_, i) => !left.has(i));
  beginAgain();
  try {
    const own = unpackedNumbers(state.get("own") ?? "");
    for (let i = 0; i + width <= own.length; i += width) data.rows.push([...own.subarray(i, i + width)]);
    const weights = unpackedNumbers(state.get("weights") ?? "");
    if (weights.length === p.length) {
      p.set(weights);
      run.steps = number("steps", whole, 0);
      run.seen = number("seen", whole, 0);
    }
  } catch { /* a link that was cut off */ }
  refill();
  beginStory();
};

// In a frame the page around it keeps the state.
const isFramed = window.parent !== window;
let noted = "";
const noteState = () => {
  const state = stateNow();
  if (state === noted) return;
  noted = state;
  if (isFramed) parent.postMessage({ state }, "*");
  else {
    try {
      window.history.replaceState(null, "", `#${state}`);
    } catch { /* where there are no links */ }
  }
};
