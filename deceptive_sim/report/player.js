(function () {
  "use strict";
  var data = JSON.parse(document.getElementById("player-data").textContent);
  var root = document.getElementById("player");
  var drawing = root.querySelector("svg"), slider = root.querySelector("input"), told = root.querySelector(".told");
  var play = root.querySelector(".play"), picks = root.querySelectorAll("[data-run]");
  var SIZE = 48, run = null, grids = [], at = 0, timer = null;
  function make(name, attributes, text) {
    var element = document.createElementNS("http://www.w3.org/2000/svg", name);
    Object.keys(attributes).forEach(function (key) { element.setAttribute(key, attributes[key]); });
    if (text !== undefined) { element.textContent = text; }
    drawing.appendChild(element);
    return element;
  }
  function middle(frame) { return [(frame[0] + 0.5) * SIZE, (frame[1] + 0.5) * SIZE]; }
  function colour(letter) { return data.colours[letter] || ["#ffffff", "#1b2733"]; }
  function draw() {
    var letters = grids[at], width = Array.from(run.rows[0]).length, frame = run.frames[at];
    drawing.textContent = "";
    letters.forEach(function (letter, place) {
      var x = place % width * SIZE, y = Math.floor(place / width) * SIZE;
      make("rect", { x: x, y: y, width: SIZE, height: SIZE, fill: colour(letter)[0], stroke: "#c3cad2" });
      if (letter !== "#" && letter !== ".") {
        make("text", { x: x + 5, y: y + 17, fill: colour(letter)[1], "font-size": 15, "font-weight": 700 }, letter);
      }
      if (at && grids[at - 1][place] !== letter) {
        make("rect", { x: x + 3, y: y + 3, width: SIZE - 6, height: SIZE - 6, fill: "none", stroke: "#d55e00", "stroke-width": 3, "stroke-dasharray": "6 4", "class": "changed" });
      }
    });
    var since = run === data.runs[0] ? Object.keys(data.marks).map(Number).filter(function (step) { return step < at; }) : [];
    var trail = run.frames.slice(Math.max.apply(null, since.concat(at - 12, 0)), at + 1).filter(function (stop) { return stop[0] >= 0; });
    make("polyline", { points: trail.map(function (stop) { return middle(stop).join(","); }).join(" "), fill: "none", stroke: "#0b3d66", "stroke-width": 4, "stroke-opacity": 0.45, "stroke-linejoin": "round", "stroke-linecap": "round" });
    if (frame[0] >= 0) {
      make("circle", { cx: middle(frame)[0], cy: middle(frame)[1], r: 11, fill: "#0b3d66", stroke: "#ffffff", "stroke-width": 2.5, "class": "agent" });
    }
    var said = data.words[frame[2]];
    var words = [said === run.name || said === "the start" ? "" : said, run === data.runs[0] ? data.marks[at] : ""].filter(Boolean).join("; ");
    told.textContent = (at ? "Step " + at + " of " + (run.frames.length - 1) : "Start") + (words ? ": " + words : "");
    slider.value = at;
    slider.setAttribute("aria-valuetext", told.textContent);
  }
  function stop() { clearInterval(timer); timer = null; play.textContent = "Play"; }
  function go(place) { at = Math.min(Math.max(place, 0), run.frames.length - 1); draw(); }
  function start() {
    if (at === run.frames.length - 1) { go(0); }
    play.textContent = "Pause";
    timer = setInterval(function () {
      go(at + 1);
      if (at === run.frames.length - 1) { stop(); }
    }, run.frames.length > 60 ? 200 : 450);
  }
  function choose(number) {
    stop();
    run = data.runs[number];
    var now = Array.from(run.rows.join(""));
    grids = run.frames.map(function (frame) {
      now = now.slice();
      for (var i = 3; i < frame.length; i += 2) { now[frame[i]] = frame[i + 1]; }
      return now;
    });
    slider.max = run.frames.length - 1;
    drawing.setAttribute("viewBox", "-1 -1 " + (Array.from(run.rows[0]).length * SIZE + 2) + " " + (run.rows.length * SIZE + 2));
    picks.forEach(function (pick) { pick.setAttribute("aria-pressed", String(Number(pick.dataset.run) === number)); });
    var next = root.querySelector(".next");
    if (next) { next.disabled = number !== 0; }
    go(0);
  }
  root.querySelector(".back").addEventListener("click", function () { stop(); go(at - 1); });
  root.querySelector(".on").addEventListener("click", function () { stop(); go(at + 1); });
  play.addEventListener("click", function () { if (timer) { stop(); } else { start(); } });
  slider.addEventListener("input", function () { stop(); go(Number(slider.value)); });
  picks.forEach(function (pick) { pick.addEventListener("click", function () { choose(Number(pick.dataset.run)); }); });
  if (root.querySelector(".next")) {
    root.querySelector(".next").addEventListener("click", function () {
      var later = Object.keys(data.marks).map(Number).filter(function (step) { return step > at; });
      stop();
      go(later.length ? Math.min.apply(null, later) : 0);
    });
  }
  choose(0);
  root.hidden = false;
}());
