// Save as Python: a program that does what was done here, from the same weights.

const { saved } = game;
const MOST_STRETCHES = 100; // of steps alike; else the program begins where the page is

// What was done: the weights at first, and stretches of steps with the same settings.
let story = null;
const beginStory = () => {
  story = { start: Float64Array.from(p), place: run.place, X: data.X, stretches: [] };
};
const noteStep = () => {
  const last = story.stretches.at(-1);
  const isSame = last && !story.isFresh && last.X === data.X && last.rate === settings.rate
    && last.batch === settings.batch && last.penalty === settings.penalty;
  if (isSame) last.steps += 1;
  else {
    const { rate, batch, penalty, optimizer } = settings;
    const isFresh = !last || story.isFresh;
    story.stretches.push({ rate, batch, penalty, optimizer, isFresh, X: data.X, steps: 1 });
    story.isFresh = false;
  }
};

// --- pieces of the program ------------------------------------------------------------

// Numbers in lines that are not too long.
const inLines = (texts, indent = "    ") => {
  const lines = [""];
  for (const text of texts) {
    const longer = lines.at(-1) ? `${lines.at(-1)}, ${text}` : text;
    if (longer.length + indent.length < 80 || !lines.at(-1)) lines[lines.length - 1] = longer;
    else lines.push(text);
  }
  return lines.join(`,\n${indent}`);
};
const rowsOf = (X) => Array.from({ length: X.length / width }, (_, i) =>
  [...X.subarray(i * width, (i + 1) * width)]);
const sampleText = (row) => {
  const y = row.slice(inputCount).map(String);
  return `([${row.slice(0, inputCount).join(", ")}], ${y.length > 1 ? `[${y.join(", ")}]` : y})`;
};
const sampleLines = (rows) => (rows.length ? `\n    ${rows.map(sampleText).join(",\n    ")},\n` : "");

// Points that came or went between two stretches.
const changed = (before, after) => {
  if (before === after || (before.length === after.length && isLike(before, after))) return [];
  const isMore = after.length > before.length && isLike(before, after.subarray(0, before.length));
  const rows = rowsOf(isMore ? after.subarray(before.length) : after);
  return [`samples${isMore ? " +" : "[:] "}= [${sampleLines(rows)}]`];
};

// Imports of one home in one line; definitions apart.
const importedFrom = (parts, more) => {
  const homes = new Map(), others = [];
  for (const part of [...parts, ...more]) {
    const [, home, name] = /^from (\S+) import (.+)$/.exec(part) ?? [];
    if (home) homes.set(home, new Set([...(homes.get(home) ?? []), name]));
    else if (/^import \S/.test(part)) others.push(part);
  }
  return [...others, ...[...homes].sort(([a], [b]) => (a < b ? -1 : 1)).map(([home, names]) => {
    const line = [...names].sort().join(", ");
    return line.length + home.length < 70 ? `from ${home} import ${line}`
      : `from ${home} import (\n    ${inLines([...names].sort())},\n)`;
  })].join("\n");
};

// The network: `MLP(2, [8, 8, 1], activation="tanh")`, or a class of one's own.
const modelText = () => {
  const { shape, model } = saved;
  if (!shape) return saved.asks ? `${model}(...)  # ${saved.words.made}` : `${model}()`;
  const { nin, nouts, activation } = shape, [hidden] = activation;
  const isUsual = activation.every((name, i) => name === (i < nouts.length - 1 ? hidden : "linear"));
  const bent = isUsual ? `"${hidden}"` : `["${activation.join('", "')}"]`;
  const isPlain = isUsual && (nouts.length < 2 || hidden === "relu");
  return `${model}(${nin}, [${nouts.join(", ")}]${isPlain ? "" : `, activation=${bent}`})`;
};
// An optimiser with its rate and its settings, which follow the rate in `written`.
const optimizerText = (kind, rate) => {
  const { written } = game.optimizers.find(({ name }) => name === kind);
  return `optimizer = ${kind}(model.parameters(), lr=${rate}${written.slice(written.indexOf(","))}`;
};

// How many are right, as the page counts them.
const rightText = () => {
  if (!isClassed) return "";
  const body = outputs === 1
    ? `    return sum((model(x).data > ${middle}) == (y > ${middle}) for x, y in samples)`
    : "    right = 0\n    for x, y in samples:\n        scores = [score.data for score in model(x)]\n"
      + "        right += scores.index(max(scores)) == y\n    return right";
  return `\n\ndef count_right(samples):\n    """${saved.words.right}"""\n${body}\n`;
};

// --- the program ----------------------------------------------------------------------

const savedProgram = () => {
  const { words: said } = saved;
  if (story.stretches.length > MOST_STRETCHES) beginStory();
  const { stretches } = story;
  const first = stretches[0]?.X ?? data.X;
  const isBatched = stretches.some(({ batch, X }) => batch && batch < X.length / width);
  const isPenalised = stretches.some(({ penalty }) => penalty);
  const calls = [];
  let before = first, rateBefore = NaN;
  for (const { optimizer, rate, batch, penalty, steps, isFresh, X } of stretches) {
    calls.push(...changed(before, X));
    if (isFresh) {
      calls.push(optimizerText(optimizer, rate));
    } else if (rate !== rateBefore) calls.push(`optimizer.lr = ${rate}`);
    calls.push(`train(optimizer, steps=${steps}${isBatched ? `, size=${batch}` : ""}${
      isPenalised ? `, penalty=${penalty}` : ""})`);
    [before, rateBefore] = [X, rate];
  }
  calls.push(...changed(before, data.X));
  if (!stretches.length) {
    calls.push(optimizerText(settings.optimizer, settings.rate));
  }
  const used = new Set([...stretches.map(({ optimizer }) => optimizer), settings.optimizer]);
  const isNeeded = (part) => !game.optimizers.some(({ name }) =>
    !used.has(name) && part.endsWith(` import ${name}`));
  const parts = saved.parts.filter(isNeeded);
  const more = ["from autograd import mean", ...(isPenalised ? ["from nn import l2_penalty"] : [])];
  const definitions = parts.filter((part) => !/^(from|import) /.test(part)).map((part) => part.trimEnd());
  const isTested = data.test.length > 0;
  const prints = (rows, name) => (isClassed
    ? `\nprint("${name}", f"{count_right(${rows}) / len(${rows}):.1%}")` : "");
  return fill(saved.templates[0], {
    about: fill(said.about, { count: run.steps }),
    imports: importedFrom(parts, more),
    definitions: definitions.map((part) => `\n${part}\n\n\n`).join(""),
    model: modelText(),
    start_said: said[stretches.length || !run.steps ? "start" : "start_now"],
    start: inLines(placeOf.map((place) => String(story.start[place]))),
    samples_said: said.samples, samples: sampleLines(rowsOf(first)),
    test: isTested ? `\n# ${said.test}\nunseen = [${sampleLines(data.test)}]\n` : "",
    cost_said: said[isPenalised ? "cost" : "plain_cost"], loss: saved.loss,
    returned: isPenalised ? "total =" : "return", penalty_given: isPenalised ? ", penalty=0.0" : "",
    penalised: isPenalised ? "    return total + l2_penalty(model.parameters(), penalty)\n" : "",
    right: rightText(),
    batching: isBatched ? fill(saved.templates[1], { said: said.batch, place: story.place }) : "",
    given: (isBatched ? ", size=0" : "") + (isPenalised ? ", penalty=0.0" : ""),
    train_said: said.train,
    batch: isBatched ? "next_batch(size)" : "samples", penalty: isPenalised ? ", penalty" : "",
    training: calls.join("\n"),
    loss_said: said.loss,
    prints: prints("samples", said.accuracy) + (isTested
      ? `\nprint("${said.test_loss}", cost(unseen).data)${prints("unseen", said.test_accuracy)}` : ""),
  });
};

// --- where it is shown ----------------------------------------------------------------

const showProgram = () => {
  if (playing) pause();
  const text = savedProgram(), { words: said } = saved;
  const button = (name, act) => {
    const made = element("button", "", name);
    made.addEventListener("click", () => act(made));
    return made;
  };
  const code = element("pre", "scroll", text);
  Object.assign(code, { tabIndex: 0, role: "region", ariaLabel: said.title });
  const dialog = element("dialog", "saved", element("div", "row", element("h2", "", said.title),
    button(said.copy, async (made) => {
      try {
        await navigator.clipboard.writeText(text);
        made.textContent = words.copied;
      } catch {
        getSelection().selectAllChildren(code);
      }
    }),
    button(said.download, () => {
      const href = URL.createObjectURL(new Blob([text], { type: "text/x-python" }));
      Object.assign(document.createElement("a"), { href, download: "playground.py" }).click();
      setTimeout(() => URL.revokeObjectURL(href), 1000);
    }),
    button(said.close, () => dialog.close())), element("p", "note", said.how), code);
  dialog.setAttribute("aria-label", said.title);
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
};
