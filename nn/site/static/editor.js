// A field for code: numbers of lines, Tab and Enter as programmers expect them, and a
// mark at the line of an error. The field stays a plain one, which all can use.

export function editor(field, { least = 6, spare = 1 } = {}) {
  const gutter = field.previousElementSibling;
  let marked = 0;
  const number = () => {
    const count = field.value.split("\n").length;
    gutter.replaceChildren(...Array.from({ length: count }, (_, i) => {
      const line = document.createElement("span");
      line.textContent = `${i + 1}\n`;
      line.classList.toggle("wrong", i + 1 === marked);
      return line;
    }));
    field.rows = Math.max(least, count + spare);
  };
  const mark = (line) => { marked = line; number(); };

  // Written so that it can be undone.
  const write = (text) => document.execCommand("insertText", false, text)
    || field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
  const beginning = () => field.value.lastIndexOf("\n", field.selectionStart - 1) + 1;

  const indent = (back) => {
    const start = beginning(), { selectionStart: from, selectionEnd: to } = field;
    const lines = field.value.slice(start, Math.max(to, start)).split("\n");
    if (!back && from === to) return write("    ".slice((from - start) % 4));
    field.setSelectionRange(start, to);
    const changed = lines.map((line) => back ? line.replace(/^ {1,4}/, "") : `    ${line}`).join("\n");
    write(changed);
    field.setSelectionRange(lines.length > 1 ? start : start + changed.length, start + changed.length);
  };

  let leaves = false; // after Esc, Tab goes on to the next field as everywhere
  field.addEventListener("keydown", (event) => {
    if (event.key === "Tab" && !leaves && !event.altKey && !event.ctrlKey) {
      event.preventDefault();
      indent(event.shiftKey);
    } else if (event.key === "Enter" && !event.ctrlKey && !event.metaKey && !event.isComposing) {
      event.preventDefault();
      const line = field.value.slice(beginning(), field.selectionStart);
      write(`\n${line.match(/^ */)[0]}${/:\s*(#.*)?$/.test(line) ? "    " : ""}`);
    }
    leaves = event.key === "Escape" || (leaves && ["Tab", "Shift"].includes(event.key));
  });
  field.addEventListener("input", () => mark(0));
  field.addEventListener("scroll", () => { gutter.scrollTop = field.scrollTop; });

  return {
    get text() { return field.value; },
    set text(text) { field.value = text; mark(0); },
    mark,
  };
}

// What the last function in a code takes: its name, and names with their defaults. An
// expression has no name, and takes whatever names it has. Python has the last word.
export function signature(code) {
  const plain = code.replace(/("""|''')[^]*?\1|#.*|"[^"\n]*"|'[^'\n]*'/g, (part) => part.startsWith("#") ? "" : '""');
  const heads = [...plain.matchAll(/^def\s+([\p{L}_][\p{L}\p{N}_]*)\s*\(/gmu)];
  if (!heads.length) {
    const names = plain.match(/[\p{L}_][\p{L}\p{N}_]*(?!\p{L}|\p{N}|_|\s*\()/gu) ?? [];
    return { name: "", takes: plain.trim().includes("\n") ? [] : [...new Set(names)].map((name) => [name, ""]) };
  }
  const { 1: name, 0: head, index } = heads.at(-1);
  const takes = split(plain.slice(index + head.length))
    .filter((part) => /^[\p{L}_]/u.test(part))
    .map((part) => {
      const [, called, given = ""] = part.match(/^([\p{L}\p{N}_]+)\s*(?::[^=]*)?(?:=\s*([^]*))?$/u) ?? [, part, ""];
      return [called, given.trim()];
    });
  return { name, takes };
}

// The parts between commas, up to the bracket that closes.
function split(text) {
  const parts = [""];
  let depth = 0;
  for (const letter of text) {
    if (")]}".includes(letter) && --depth < 0) break;
    if ("([{".includes(letter)) depth++;
    if (letter === "," && !depth) parts.push("");
    else parts[parts.length - 1] += letter;
  }
  return parts.map((part) => part.trim());
}
