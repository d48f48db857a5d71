// The gallery's scrubbers and its choice by difficulty. Without this script the page shows every puzzle
// after its last segment.
"use strict";

document.documentElement.classList.add("scripted");

const SECONDS_PER_SEGMENT = 0.6;
// Classes of a cell that the script sets; the others (givens, box borders) never change.
const MARKS = ["wrong", "changed"];

/** Tokens from two hexadecimal digits each. */
function tokens(hex) {
  return (hex.match(/../g) ?? []).map((digits) => parseInt(digits, 16));
}

function words(text) {
  return text === "" ? [] : text.split(" ");
}

function startTrace(figure) {
  const frames = [figure.dataset.question, ...words(figure.dataset.predictions)].map(tokens);
  const answer = tokens(figure.dataset.answer);
  const qHalt = words(figure.dataset.qHalt);
  const glyphs = figure.dataset.glyphs.split(" ");
  const classes = figure.dataset.classes.split(" ");
  const haltSegment = Number(figure.dataset.haltSegment ?? 0);
  const board = figure.querySelector(".board");
  const name = board.getAttribute("aria-label");
  const cells = [...board.children];
  const range = figure.querySelector("input");
  const button = figure.querySelector("button");
  const output = figure.querySelector("output");
  const last = frames.length - 1;
  let timer = null;

  function show(segment) {
    let wrong = 0;
    cells.forEach((cell, index) => {
      const token = frames[segment][index];
      const isWrong = segment > 0 && token !== answer[index];
      wrong += isWrong;
      cell.textContent = glyphs[token] ?? "";
      cell.classList.remove(...MARKS, ...classes.filter((name) => name !== ""));
      if (classes[token]) cell.classList.add(classes[token]);
      cell.classList.toggle("wrong", isWrong);
      cell.classList.toggle("changed", segment > 0 && token !== frames[segment - 1][index]);
    });
    output.textContent = describe(segment, wrong);
    range.setAttribute("aria-valuetext", output.textContent);
    board.setAttribute("aria-label", `${name}, ${output.textContent}`);
  }

  function describe(segment, wrong) {
    if (segment === 0) return "segment 0: the question";
    const parts = [`segment ${segment} of ${last}`, `${wrong} wrong cell${wrong === 1 ? "" : "s"}`];
    if (qHalt[segment - 1] !== undefined) parts.push(`q_halt ${qHalt[segment - 1]}`);
    if (segment === haltSegment) parts.push("halts here");
    else if (haltSegment > 0 && haltSegment < segment) parts.push(`halted at ${haltSegment}`);
    return parts.join(" · ");
  }

  function stop() {
    clearInterval(timer);
    timer = null;
    button.textContent = "▶";
    button.setAttribute("aria-label", `Play ${name}`);
  }

  function advance() {
    const next = Number(range.value) + 1;
    if (next > last) return stop();
    range.value = next;
    show(next);
    if (next === last) stop();
  }

  button.addEventListener("click", () => {
    if (timer !== null) return stop();
    if (Number(range.value) >= last) {
      range.value = 0;
      show(0);
    }
    button.textContent = "❚❚";
    button.setAttribute("aria-label", `Pause ${name}`);
    timer = setInterval(advance, SECONDS_PER_SEGMENT * 1000);
  });
  range.addEventListener("input", () => {
    stop();
    show(Number(range.value));
  });
}

document.querySelectorAll(".trace").forEach(startTrace);

/** Shows the puzzles of the chosen difficulty, unfolds where they are, and says how many there are. */
function startFilter(form) {
  const select = form.querySelector("select");
  const output = form.querySelector("output");
  const figures = [...document.querySelectorAll(".trace")];

  function choose() {
    const isShown = (figure) => select.value === "" || figure.dataset.difficulty === select.value;
    figures.forEach((figure) => (figure.hidden = !isShown(figure)));
    document.querySelectorAll(".gallery").forEach((gallery) => {
      const isEmpty = gallery.children.length > 0 && [...gallery.children].every((figure) => figure.hidden);
      gallery.classList.toggle("filtered-out", isEmpty);
    });
    if (select.value !== "") {
      document.querySelectorAll("#gallery details").forEach((part) => {
        part.open = part.querySelector(".trace:not([hidden])") !== null;
      });
    }
    const shown = figures.filter((figure) => !figure.hidden).length;
    const all = output.dataset.puzzles;
    output.textContent = select.value === "" ? `All ${all} puzzles are shown.` : `${shown} of ${all} puzzles are shown.`;
  }

  form.addEventListener("submit", (event) => event.preventDefault());
  select.addEventListener("change", choose);
  // A browser may keep the choice when the page is loaded again.
  choose();
}

document.querySelectorAll(".filter").forEach(startFilter);

// Paper has nothing to unfold.
addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((details) => (details.open = true)));
