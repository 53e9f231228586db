// Stepping downhill: the rate, as a field and a slider, and losses as a curve.

const rates = [];
for (let power = -4; power < 3; power++) {
  for (const digit of [1, 2, 5]) rates.push(Number(`${digit}e${power}`));
}
const rate = () => {
  const number = typed($("rate").value);
  return number > 0 ? number : NaN;
};

// Have the slider and the field say the same, and whoever it concerns know.
const onRate = (tell) => {
  const say = () => {
    const distance = (i) => Math.abs(Math.log(rates[i] / rate()));
    if (!Number.isNaN(rate())) {
      $("rates").value = [...rates.keys()].reduce((a, b) => (distance(b) < distance(a) ? b : a));
    }
    $("rates").setAttribute("aria-valuetext", short(rate()));
    tell();
  };
  $("rates").max = rates.length - 1;
  $("rates").addEventListener("input", () => {
    $("rate").value = short(rates[$("rates").value]);
    say();
  });
  $("rate").addEventListener("change", say);
  say();
};

// The points of a line through losses, in a box of 240 by 72.
const curveOf = (losses, most, least) => {
  const [width, height] = [240, 72];
  const at = (loss, i) => [(i / Math.max(1, losses.length - 1)) * width,
    height - ((loss - least) / (most - least || 1)) * height]
    .map((x) => x.toFixed(1)).join();
  // Of many steps every second one, or fewer: there are no more points than pixels.
  const every = Math.ceil(losses.length / width);
  return losses.map(at).filter((_, i) => i % every === 0 || i === losses.length - 1)
    .join(" ");
};
