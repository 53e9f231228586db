reachable();

// How the boundary came about: the slider says after which epoch its shapes are drawn.
const film = document.getElementById("film");
if (film) {
  const frames = JSON.parse(film.textContent);
  const controls = document.getElementById("controls");
  const [play, slider, said] = ["play", "epoch", "said"].map((id) => document.getElementById(id));
  const shapes = frames[0].shapes.map((_, k) => document.querySelector(`#shape-${k} path`));
  const last = frames.length - 1;
  let timer = 0;

  const show = (place) => {
    frames[place].shapes.forEach((d, k) => shapes[k].setAttribute("d", d));
    slider.value = place;
    slider.setAttribute("aria-valuetext", frames[place].name);
    said.textContent = frames[place].name;
  };
  const stop = () => {
    clearInterval(timer);
    timer = 0;
    play.textContent = play.dataset.play;
  };
  const start = () => {
    let place = Number(slider.value) === last ? 0 : Number(slider.value);
    show(place);
    play.textContent = play.dataset.stop;
    timer = setInterval(() => {
      place += 1;
      show(place);
      if (place === last) stop();
    }, 250);
  };
  slider.max = last;
  slider.addEventListener("input", () => { stop(); show(Number(slider.value)); });
  play.addEventListener("click", () => (timer ? stop() : start()));
  // What moves by itself is not for everyone; the slider is.
  play.hidden = matchMedia("(prefers-reduced-motion: reduce)").matches;
  addEventListener("beforeprint", () => { stop(); show(last); });
  show(last);
  controls.hidden = false;
}
