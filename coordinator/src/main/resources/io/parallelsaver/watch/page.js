"use strict";

const INTERVAL = 1000;
const PATIENCE = 5000;
const WINDOW = 300_000;
const UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

function bytes(count) {
  let shown = count;
  let unit = 0;
  while (shown >= 1024 && unit < UNITS.length - 1) {
    shown /= 1024;
    unit++;
  }
  return (unit === 0 ? Math.round(shown) : shown.toFixed(shown < 10 ? 2 : 1)) + " " + UNITS[unit];
}

/** Without decimals, of which a round number has none. */
function round(count) {
  return bytes(count).replace(/\.0+ /, " ");
}

function span(millis) {
  const seconds = Math.max(0, Math.round(millis / 1000));
  const two = (n) => String(n).padStart(2, "0");
  return Math.floor(seconds / 3600) + ":" + two(Math.floor(seconds / 60) % 60) + ":" + two(seconds % 60);
}

/** An element with text or elements in it. Text is only ever set as text: what runs are called is none of ours. */
function element(name, attributes, ...content) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    made.setAttribute(key, value);
  }
  made.append(...content.filter((each) => each !== null).map((each) =>
    each instanceof Node ? each : String(each)));
  return made;
}

function drawn(name, attributes) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) {
    made.setAttribute(key, value);
  }
  return made;
}

/** The least of 1, 2, 5, 10, 20 ... that is not less, in units that are each so many times the one before. */
function ceiling(value, unit) {
  let scale = 1;
  while (value > 500 * scale && unit > 1) {
    scale *= unit;
  }
  let top = scale;
  for (let i = 0; top < value; i++) {
    top *= i % 3 === 1 ? 2.5 : 2;
  }
  return top;
}

/** Draws lines of points [millis before now, value], in a box of 600 by 100; the right edge is now. */
function plot(id, lines, label, unit) {
  const top = ceiling(Math.max(1, ...lines.flatMap((line) => line.points.map((point) => point[1]))), unit);
  const x = (age) => 600 - (age / WINDOW) * 600;
  const y = (value) => 98 - (value / top) * 96;
  const parts = [0, top].map((value) => drawn("line", { x1: 0, x2: 600, y1: y(value), y2: y(value) }));
  for (const line of lines.filter((each) => each.points.length > 0)) {
    const points = line.points.map((point) => x(point[0]).toFixed(1) + " " + y(point[1]).toFixed(1));
    parts.push(drawn("path", { class: line.name, d: "M" + points.join("L") }));
  }
  document.getElementById(id).replaceChildren(...parts);
  document.getElementById(id + "-scale").textContent = "0 to " + label(top) + ", last five minutes";
}

function speeds(history, column, now) {
  const points = [];
  for (let i = 1; i < history.length; i++) {
    const seconds = (history[i][0] - history[i - 1][0]) / 1000;
    if (seconds > 0) {
      points.push([now - history[i][0], (history[i][column] - history[i - 1][column]) / seconds]);
    }
  }
  return points;
}

function values(history, column, now) {
  return history.map((row) => [now - row[0], row[column]]);
}

function plots(seen) {
  const now = Date.parse(seen.now);
  const written = speeds(seen.history, 1, now);
  const read = speeds(seen.history, 2, now);
  plot("speed",
    [{ name: "written", points: written }, { name: "read", points: read }],
    (top) => round(top) + "/s", 1024);
  plot("queue",
    [{ name: "written", points: values(seen.history, 3, now) }, { name: "read", points: values(seen.history, 4, now) }],
    (top) => top, 1);
  const latest = (points) => (points.length > 0 ? points[points.length - 1][1] : 0);
  return { written: latest(written), read: latest(read) };
}

function figures(seen, speed) {
  const live = seen.runs.filter((run) => run.live);
  const workers = live.flatMap((run) => run.workers);
  const sum = (name) => live.reduce((total, run) => total + (run[name] || 0), 0);
  const failed = Object.values(seen.totals.errors).reduce((a, b) => a + b, 0);
  const shown = [
    ["written", bytes(speed.written) + "/s"],
    ["read", bytes(speed.read) + "/s"],
    ["workers busy", workers.filter((worker) => worker.state === "busy").length + " of " + workers.length],
    ["jobs outstanding", sum("jobs_outstanding")],
    ["arena slots", sum("arena_slots_used") + " of " + sum("arena_slots")],
    ["shared memory free", bytes(seen.shared_memory.free)],
    ["calls failed", failed, failed > 0],
    ["workers replaced", seen.totals.worker_restarts, seen.totals.worker_restarts > 0],
    ["dead runs", seen.runs.length - live.length, seen.runs.length > live.length],
  ];
  document.getElementById("figures").replaceChildren(...shown.map(([name, value, bad]) =>
    element("div", {}, element("dt", {}, name), element("dd", bad ? { class: "bad" } : {}, value))));
}

function table(headings, words, rows) {
  const kind = (i) => (words[i] ? { class: words[i] } : {});
  const head = element("tr", {}, ...headings.map((name, i) =>
    element("th", { scope: "col", ...(words[i] ? { class: "words" } : {}) }, name)));
  return element("div", { class: "table" }, element("table", {},
    element("thead", {}, head),
    element("tbody", {}, ...rows.map((row) =>
      element("tr", {}, ...row.map((cell, i) => element("td", kind(i), cell)))))));
}

function call(run, now) {
  const at = run.call;
  if (!at) {
    return [element("p", { class: "faint" }, "no call yet")];
  }
  const what = at.kind + " " + at.target;
  if (!at.under_way) {
    return [element("p", { class: "faint" }, "idle; last: " + what + ", ended " + span(now - Date.parse(at.ended)) + " ago")];
  }
  const until = run.live ? now : Date.parse(run.seen);
  const parts = [element("p", {}, (run.live ? "" : "it was at: ") + what)];
  if (at.bytes_total > 0) {
    parts.push(element("progress", { max: at.bytes_total, value: at.bytes_done, "aria-label": "bytes moved" }));
  }
  parts.push(element("p", { class: "faint" },
    (at.arrays_total > 0 ? at.arrays_done + "/" + at.arrays_total + " arrays, " : "")
    + (at.bytes_total > 0 ? bytes(at.bytes_done) + " of " + bytes(at.bytes_total) + ", " : "") + "for " + span(until - Date.parse(at.began))));
  return parts;
}

function run(each, now) {
  const parts = [element("h3", {}, each.run),
    element("p", each.live ? { class: "faint" } : { class: "bad" },
      "pid " + each.pid + ", user " + each.user + ", "
      + (each.live ? "alive" : "dead" + (each.seen ? ", last sign of life " + span(now - Date.parse(each.seen)) + " ago" : "")))];
  if (each.problem) {
    parts.push(element("p", { class: "bad" }, "nothing is known of it: " + each.problem));
  } else {
    parts.push(...call(each, now));
    parts.push(element("p", { class: "faint" }, "jobs outstanding " + each.jobs_outstanding + ", done " + each.totals.jobs
      + "; slots " + each.arena_slots_used + " of " + each.arena_slots
      + "; written " + bytes(each.totals.bytes_written) + ", read " + bytes(each.totals.bytes_read)));
  }
  if (each.last_error) {
    parts.push(element("p", { class: "bad" }, "last error, " + span(now - Date.parse(each.last_error_at)) + " ago: " + each.last_error));
  }
  if (each.workers.length > 0) {
    parts.push(table(["worker", "pid", "at", "jobs", "moved"], { 2: "words" }, each.workers.map((worker) => [
      worker.worker, worker.pid || "-",
      worker.state === "busy" ? "job " + worker.job + " of call " + worker.call : worker.state,
      worker.jobs, bytes(worker.bytes)])));
  }
  return element("article", {}, ...parts);
}

function runs(seen) {
  const now = Date.parse(seen.now);
  document.getElementById("runs").replaceChildren(...(seen.runs.length === 0
    ? [element("p", { class: "faint" }, "none")]
    : seen.runs.map((each) => run(each, now))));
}

function requests(seen) {
  document.getElementById("requests").replaceChildren(seen.requests.length === 0
    ? element("p", { class: "faint" }, "none")
    : table(["id", "kind", "state", "done", "submitted", "file"],
      { 0: "words", 1: "words", 2: "words", 4: "words", 5: "words path" },
      seen.requests.map((each) => [each.id, each.kind, each.state,
        each.bytes_total > 0 ? Math.floor((100 * each.bytes_done) / each.bytes_total) + " %" : "",
        new Date(each.submitted).toLocaleString(),
        each.error ? each.target + ": " + each.error : each.target])));
}

function state(text, bad) {
  const shown = document.getElementById("state");
  shown.textContent = text;
  shown.className = bad ? "bad" : "";
}

async function look() {
  try {
    const answer = await fetch("figures.json", { signal: AbortSignal.timeout(PATIENCE) });
    if (!answer.ok) {
      throw new Error((await answer.text()).trim());
    }
    const seen = await answer.json();
    figures(seen, plots(seen));
    runs(seen);
    requests(seen);
    state("as of " + new Date(seen.now).toLocaleTimeString(), false);
  } catch (problem) {
    state("no figures: " + problem.message, true);
  }
  setTimeout(look, INTERVAL);
}

look();
