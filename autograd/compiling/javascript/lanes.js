// Samples go four at a time: of each number the four of theirs stand side by side. So a
// weight is read once for four, and four sums grow at once. At the end there may be
// fewer; the last one then stands in for those that are missing, but adds to no sum.
const load = (x, X, first, lanes, width) => {
  for (let s = 0; s < 4; s++) {
    const row = (first + Math.min(s, lanes - 1)) * width;
    for (let k = 0; k < width; k++) x[k * 4 + s] = X[row + k];
  }
};

// y = W x, where W has m rows of n.
const product = (y, W, x, m, n) => {
  for (let i = 0, w = 0; i < m * 4; i += 4) {
    let a = 0, b = 0, c = 0, d = 0;
    for (let k = 0; k < n * 4; k += 4) {
      const weight = W[w++];
      a += weight * x[k];
      b += weight * x[k + 1];
      c += weight * x[k + 2];
      d += weight * x[k + 3];
    }
    y[i] = a;
    y[i + 1] = b;
    y[i + 2] = c;
    y[i + 3] = d;
  }
};

// x = Wᵀ y, the way back: column by column.
const back = (x, W, y, m, n) => {
  for (let j = 0; j < n; j++) {
    let a = 0, b = 0, c = 0, d = 0;
    for (let k = 0, w = j; k < m * 4; k += 4, w += n) {
      const weight = W[w];
      a += weight * y[k];
      b += weight * y[k + 1];
      c += weight * y[k + 2];
      d += weight * y[k + 3];
    }
    x[j * 4] = a;
    x[j * 4 + 1] = b;
    x[j * 4 + 2] = c;
    x[j * 4 + 3] = d;
  }
};

// W += Σ y xᵀ over the samples.
const outer = (W, y, x, m, n, lanes) => {
  for (let i = 0, w = 0; i < m * 4; i += 4) {
    const a = y[i];
    const b = lanes > 1 ? y[i + 1] : 0;
    const c = lanes > 2 ? y[i + 2] : 0;
    const d = lanes > 3 ? y[i + 3] : 0;
    for (let k = 0; k < n * 4; k += 4) {
      W[w++] += a * x[k] + b * x[k + 1] + (c * x[k + 2] + d * x[k + 3]);
    }
  }
};

// g += Σ y over the samples.
const sums = (g, y, m, lanes) => {
  for (let i = 0, k = 0; i < m; i++, k += 4) {
    if (lanes === 4) g[i] += y[k] + y[k + 1] + (y[k + 2] + y[k + 3]);
    else for (let s = 0; s < lanes; s++) g[i] += y[k + s];
  }
};
