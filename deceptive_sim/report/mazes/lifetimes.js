(function () {
  "use strict";
  var root = document.getElementById("lifetimes");
  var strips = Array.from(root.querySelectorAll(".lifetime")).map(function (strip) {
    return { name: strip.dataset.name, count: strip.querySelector(".count"), mazes: Array.from(strip.querySelectorAll("li")).map(maze) };
  });
  var slider = root.querySelector("input"), told = root.querySelector(".told"), play = root.querySelector(".play");
  var frames = [], at = 0, timer = null;
  function maze(item) {
    var drawing = item.querySelector("svg"), stops = drawing.getAttribute("data-stops").split(" ");
    return { item: item, drawing: drawing, stops: stops.map(function (stop) { return stop.split(",").map(Number); }), walker: [] };
  }
  for (var episode = 0; strips.some(function (strip) { return strip.mazes[episode]; }); episode += 1) {
    var here = strips.map(function (strip) { return strip.mazes[episode]; }).filter(Boolean);
    var steps = Math.max.apply(null, here.map(function (one) { return one.stops.length - 1; }).concat(1));
    for (var step = 0; step < steps; step += 1) {
      frames.push({ episode: episode, share: step / steps, pause: Math.min(220, 2000 / steps) });
    }
    frames.push({ episode: episode, share: 1, over: true, pause: 1100 });
    if (here.some(function (one) { return one.item.classList.contains("changed"); })) {
      frames.push({ episode: episode, share: 1, over: true, modified: true, pause: 2200 });
    }
  }
  function make(drawing, name, attributes) {
    var element = document.createElementNS("http://www.w3.org/2000/svg", name);
    Object.keys(attributes).forEach(function (key) { element.setAttribute(key, attributes[key]); });
    return drawing.appendChild(element);
  }
  function walk(one, share) {
    var colour = one.drawing.getAttribute("data-colour"), start = one.drawing.querySelector(".start");
    var size = start ? Number(start.getAttribute("r")) : 4;
    var walked = one.stops.slice(0, Math.round(share * (one.stops.length - 1)) + 1), last = walked[walked.length - 1];
    one.walker = [
      make(one.drawing, "polyline", { points: walked.join(" "), fill: "none", stroke: colour, "stroke-width": Math.max(2, size * 0.62), "stroke-linejoin": "round", "stroke-linecap": "round", "class": "trail" }),
      make(one.drawing, "circle", { cx: last[0], cy: last[1], r: size * 1.3, fill: colour, stroke: "#ffffff", "stroke-width": 1, "class": "agent" })
    ];
  }
  function draw() {
    var frame = frames[at], words = [];
    strips.forEach(function (strip) {
      var apples = 0;
      strip.mazes.forEach(function (one, place) {
        var ahead = place > frame.episode, now = place === frame.episode, over = place < frame.episode || (now && frame.over);
        var changed = place < frame.episode || (now && frame.modified), list = one.item.classList;
        one.walker.forEach(function (element) { element.remove(); });
        one.walker = [];
        list.toggle("ahead", ahead);
        list.toggle("under-way", now && !over);
        list.toggle("unmodified", !changed);
        list.toggle("flash", Boolean(now && frame.modified && list.contains("changed")));
        if (now && !over) { walk(one, frame.share); }
        if (over && one.item.dataset.taken === "apple") { apples += 1; }
        if (now && over) {
          words.push(strip.name + ": " + one.item.dataset.told + (changed && one.item.dataset.changed ? "; it is modified and " + one.item.dataset.changed : ""));
        }
      });
      strip.count.textContent = (apples || "no") + " apple" + (apples === 1 ? "" : "s");
    });
    told.textContent = at === frames.length - 1 ? root.dataset.ending : "Maze " + (frame.episode + 1) + ". " + words.join(". ");
    slider.value = at;
    slider.setAttribute("aria-valuetext", told.textContent);
  }
  function stop() { clearTimeout(timer); timer = null; play.textContent = "Play"; }
  function go(place) { at = Math.min(Math.max(place, 0), frames.length - 1); draw(); }
  function next() {
    go(at + 1);
    if (at === frames.length - 1) { stop(); } else { timer = setTimeout(next, frames[at].pause); }
  }
  function start() {
    if (at === frames.length - 1) { go(0); }
    play.textContent = "Pause";
    timer = setTimeout(next, frames[at].pause);
  }
  play.addEventListener("click", function () { if (timer) { stop(); } else { start(); } });
  root.querySelector(".back").addEventListener("click", function () { stop(); go(at - 1); });
  root.querySelector(".on").addEventListener("click", function () { stop(); go(at === frames.length - 1 ? 0 : at + 1); });
  slider.addEventListener("input", function () { stop(); go(Number(slider.value)); });
  window.addEventListener("beforeprint", function () { stop(); go(frames.length - 1); });
  slider.max = frames.length - 1;
  root.querySelector(".player-head").hidden = false;
  go(frames.length - 1);
}());
