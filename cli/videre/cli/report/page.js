"use strict";
// A play head that follows the pointer over the timeline and reads the time.
const clock = (s) => {
  const pad = (n) => String(n).padStart(2, "0");
  const h = Math.floor(s / 3600), m = Math.floor(s / 60) % 60, rest = (s % 60).toFixed(1);
  return (h ? h + ":" + pad(m) : m) + ":" + (rest < 10 ? "0" : "") + rest;
};
for (const timeline of document.querySelectorAll(".timeline")) {
  const head = timeline.querySelector(".playhead");
  const lane = timeline.querySelector(".axis");
  timeline.addEventListener("pointermove", (event) => {
    const box = lane.getBoundingClientRect();
    const share = (event.clientX - box.left) / box.width;
    head.hidden = share < 0 || share > 1;
    head.style.left = event.clientX - timeline.getBoundingClientRect().left + "px";
    head.firstElementChild.textContent = clock(share * timeline.dataset.total);
  });
  timeline.addEventListener("pointerleave", () => { head.hidden = true; });
}
