// What the scripts of pages share: elements, numbers as text, light and dark.

const $ = (id) => document.getElementById(id);
const all = (query, root = document) => [...root.querySelectorAll(query)];
const fill = (text, slots) =>
  text.replace(/\{(\w+)\}/g, (whole, key) => (key in slots ? slots[key] : whole));
const element = (tag, className, ...content) => {
  const made = document.createElement(tag);
  made.className = className;
  made.append(...content);
  return made;
};

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

// --- light and dark -------------------------------------------------------------------

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
// In a frame of ours the page around says which.
addEventListener("message", ({ source, data }) => {
  if (source !== parent || !["light", "dark"].includes(data?.theme)) return;
  if (isDark() !== (data.theme === "dark")) $("theme").click();
  $("theme").hidden = true;
});
