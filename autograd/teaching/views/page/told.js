// Told from outside: whoever shows this page in a frame, or opened it, may say which numbers
// its inputs are, by their names, and what it is about: {numbers: {w1: 0.5, …}, title}.
// It is said all at once, as often as need be; what is no finite number is not taken. What
// was taken is answered by "told".

const inputNamed = new Map(inputs.map((n) => [labelOf(n), n]));

const tell = (numbers, title) => {
  const told = Object.entries(numbers).map(([name, x]) => [inputNamed.get(name), x]);
  if (!told.every(([n, x]) => n in setters && Number.isFinite(x))) return false;
  pause();
  const before = inputs.map((n) => [n, given.d[n]]);
  given = compute(Object.fromEntries([...before, ...told]));
  for (const n in setters) setters[n](given.d[n]);
  if (typeof title === "string") {
    document.title = document.querySelector("h1").textContent = title;
  }
  recompute();
  return true;
};

addEventListener("message", ({ source, data }) => {
  const isOther = source && source !== window && [parent, opener].includes(source);
  if (!isOther || !data?.numbers) return;
  if (tell(data.numbers, data.title)) source.postMessage("told", "*");
});
