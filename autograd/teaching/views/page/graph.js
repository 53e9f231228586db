// The graph: what is meant at a step, how large it is drawn, and the story of a node.

const graphs = all(".graph").map((svg, i) => {
  const [nodes, edges] = [all(".node", svg), all(".edge", svg)];
  const wide = {
    box: svg.getAttribute("viewBox").split(" ").map(Number),
    nodes: nodes.map((node) => node.getAttribute("transform").slice(10, -1)),
    edges: edges.map((line) => [line.firstChild.getAttribute("d"),
      ...["x", "y"].map((key) => line.querySelector("text")?.getAttribute(key))]),
  };
  return { svg, nodes, edges, wide, narrow: lesson.narrow[i], box: wide.box };
});
const arrows = all("marker", graphs[0].svg);
for (const { svg } of graphs.slice(1)) for (const arrow of all("marker", svg)) arrow.remove();
const graphHere = () => graphs[isFine() ? 0 : 1];

// It is drawn from left to right; where that is too wide, its parts are moved.
const small = matchMedia("(max-width: 47rem)");
const placeGraph = (direction = small.matches ? "narrow" : "wide") => {
  const set = (part, values) => {
    for (const key in values) part.setAttribute(key, values[key]);
  };
  for (const picture of graphs) {
    const { box, nodes, edges } = picture[direction];
    picture.box = box;
    set(picture.svg, { viewBox: box.join(" "), width: box[2], height: box[3] });
    picture.nodes.forEach((node, i) => set(node, { transform: `translate(${nodes[i]})` }));
    picture.edges.forEach((line, i) => {
      const [d, x, y] = edges[i];
      set(line.firstChild, { d });
      if (line.lastChild !== line.firstChild) set(line.lastChild, { x, y });
    });
  }
};
small.addEventListener("change", () => {
  placeGraph();
  show();
});

// Which nodes a step is about, and which edges it uses.
const meant = () => {
  const row = steps[place];
  const [kind, which] = row;
  const own = row.lines ? row.lines.map((at) => lesson.lines[at][1]) : [which];
  if (kind === "forward") return { goals: own, givers: [], uses: (n) => own.includes(n) };
  if (kind === "seed") return { goals: [root], givers: [], uses: () => false };
  if (kind !== "backward") return { goals: [], givers: [], uses: () => false };
  if (isFine()) {
    const [n, i, arg] = shares[which];
    return { goals: [arg], givers: [n], uses: (m, j) => m === n && j === i };
  }
  const reached = handed.filter(([n, arg], h) => own.includes(n)
    && level.handedAt[h] < Infinity && (!row.lines || isLeaf(arg)));
  return {
    goals: reached.map(([, arg]) => arg), givers: own,
    uses: (n, _, arg) => reached.some(([m, to]) => m === n && to === arg),
  };
};

const showGraph = (sums) => {
  const picture = graphHere();
  for (const { svg } of graphs) svg.classList.toggle("away", svg !== picture.svg);
  const { goals, givers, uses } = meant();
  const isForward = steps[place][0] === "forward";
  const goingBack = seedAt >= 0 && place >= seedAt;
  const slope = numbers[isFine() ? "k" : "K"];
  const at = isFine() ? sharedAt : level.handedAt;
  picture.svg.classList.toggle("going-back", goingBack);
  picture.svg.prepend(...arrows);
  const given = new Set(givers);
  const used = picture.edges.filter((line) => {
    const [n, i, arg] = line.dataset.edge.split(".").map(Number);
    const isUsed = uses(n, i, arg);
    if (isUsed && isForward) given.add(arg);
    line.classList.toggle("used", isUsed);
    line.classList.toggle("unknown", !goingBack && !passed(computedAt[n]) && !isUsed);
    return isUsed;
  });
  const parts = picture.nodes.filter((node) => {
    const n = Number(node.dataset.n);
    node.classList.toggle("unknown", !(passed(computedAt[n]) || computedAt[n] === place));
    node.classList.toggle("giver", given.has(n) && !goals.includes(n));
    node.classList.toggle("goal", goals.includes(n));
    return given.has(n) || goals.includes(n);
  });
  for (const text of all("[data-d]", picture.svg)) {
    const n = Number(text.dataset.d);
    text.textContent = passed(computedAt[n]) ? short(numbers.d[n])
      : computedAt[n] === place ? "?" : "";
  }
  for (const text of all("[data-k]", picture.svg)) {
    const s = Number(text.dataset.k);
    const known = !isFine() || numbers.v[s] || !Number.isNaN(slope[s]);
    // In a large graph there is no room for all of them.
    const fits = picture.edges.length <= 120 || text.parentNode.classList.contains("used");
    text.textContent = passed(at[s]) && known && fits
      ? text.dataset.of + short(slope[s]) : "";
  }
  for (const text of all("[data-g]", picture.svg)) {
    const sum = sums[text.dataset.g];
    text.textContent = sum ? short(sum[0]) : "";
    text.previousElementSibling.classList.toggle("waiting", !sum);
  }
  shownParts = [...parts, ...used];
  fit();
  tellStory(sums);
};

// --- as large as can be read -----------------------------------------------------------

let shownParts = [];
let zoom = 0; // 0: as large as fits
const ROOM = 12;
const fit = () => {
  const { svg, box } = graphHere();
  const { clientWidth: width, clientHeight: height } = $("canvas");
  if (!width || !height) return;
  const [left, top, unit] = (({ left, top, width }) => [left, top, box[2] / width])(
    svg.getBoundingClientRect());
  const rects = shownParts.map((part) => part.getBoundingClientRect());
  const ends = (low, high, start) => [
    (Math.min(...rects.map((r) => r[low])) - start) * unit,
    (Math.max(...rects.map((r) => r[high])) - start) * unit,
  ];
  const [x, y] = rects.length ? [ends("left", "right", left), ends("top", "bottom", top)]
    : [[0, box[2]], [0, box[3]]];
  const whole = Math.min(width / box[2], height / box[3]);
  const part = Math.min((width - ROOM) / (x[1] - x[0]), (height - ROOM) / (y[1] - y[0]));
  const scale = zoom || Math.min(1.25, Math.max(whole, Math.min(1, part)));
  svg.setAttribute("width", Math.floor(box[2] * scale));
  svg.setAttribute("height", Math.floor(box[3] * scale));
  $("canvas").scrollTo({
    left: (x[0] + x[1]) / 2 * scale - width / 2, top: (y[0] + y[1]) / 2 * scale - height / 2,
  });
  reachable();
};
new ResizeObserver(fit).observe($("canvas"));
const zoomBy = (factor) => {
  const { svg, box } = graphHere();
  zoom = Math.min(3, Math.max(0.1, svg.getAttribute("width") / box[2] * factor));
  fit();
};
$("larger").addEventListener("click", () => zoomBy(1.25));
$("smaller").addEventListener("click", () => zoomBy(0.8));
$("whole").addEventListener("click", () => {
  zoom = 0;
  fit();
});
$("canvas").addEventListener("wheel", (event) => {
  if (!event.ctrlKey) return;
  event.preventDefault();
  zoomBy(event.deltaY < 0 ? 1.1 : 0.9);
}, { passive: false });

// Whoever drags moves the graph; whoever clicks asks for the story of a node.
let drag = null;
$("canvas").addEventListener("pointerdown", ({ pointerType, clientX, clientY }) => {
  drag = pointerType === "mouse" ? { x: clientX, y: clientY, far: 0 } : null;
});
addEventListener("pointermove", ({ clientX, clientY, buttons }) => {
  if (!drag || !buttons) return;
  const [dx, dy] = [clientX - drag.x, clientY - drag.y];
  $("canvas").scrollBy(-dx, -dy);
  drag = { x: clientX, y: clientY, far: drag.far + Math.abs(dx) + Math.abs(dy) };
});
$("canvas").addEventListener("click", ({ target }) => {
  if (drag?.far > 4) return;
  const node = target.closest(".node");
  $("node").value = node?.dataset.n ?? "";
  tellStory(running());
});

// --- the story of a node ---------------------------------------------------------------

const own = new Set(graphs.flatMap(({ nodes }) => nodes.map((node) => node.dataset.n)));
nodes.forEach((node, n) => {
  if (own.has(String(n))) $("node").append(new Option(node[0], n));
});
$("node").addEventListener("change", () => tellStory(running()));

const tellStory = (sums) => {
  const asked = $("node").value;
  const wasHidden = $("story").hidden;
  $("story").hidden = asked === "";
  if (asked !== "") {
    const n = Number(asked);
    // What is computed within a line is told by the operation.
    const { name, rows, articles } = levels.lines && (isLeaf(n) || owners[n] === n)
      && !isFine() ? levels.lines : levels.operations;
    const said = (at) => all(".maths", filled(articles[at])).map((e) => e.cloneNode(true));
    const told = [element("h2", "", labelOf(n))];
    const made = stepOf(rows, "forward", n);
    if (isLeaf(n) || !passed(computedAt[n])) {
      told.push(element("p", "", isLeaf(n) ? `= ${short(numbers.d[n])}` : words.not_yet));
    } else {
      told.push(...said(made));
    }
    const parts = name === "lines" ? handed.map(([from, arg], h) => [from, arg, h, level.handedAt[h]])
      : shares.map(([, , arg], s) => [s, arg, s, sharedAt[s]]);
    for (const [which, arg, h, at] of parts) {
      if (arg !== n || !passed(at)) continue;
      const equations = said(stepOf(rows, "backward", which));
      told.push(...name === "lines"
        ? equations.filter((e) => e.querySelector(`[data-s=T${h}], [data-s=K${h}]`)) : equations);
    }
    const isKnown = isLeaf(n) && !learned.has(n);
    if (!isKnown) told.push(element("p", "", sums[n]
      ? `${labelOf(n)}.grad = ${short(sums[n][0])}${sums[n][1] < sums[n][2]
        ? ` (${fill(words.parts, { got: sums[n][1], of: sums[n][2] })})` : ""}`
      : `grad: ${words.not_yet}`));
    const close = element("button", "close", "×");
    close.ariaLabel = words.close;
    close.addEventListener("click", () => {
      $("node").value = "";
      tellStory(running());
      $("node").focus();
    });
    $("story").replaceChildren(close, ...told);
    showNumbers($("story"));
  }
  if (wasHidden !== $("story").hidden) fit();
  reachable();
};
