// SPDX-License-Identifier: Apache-2.0
// Keys, choosing rows, dropping files, reading an asset tag's code. Every page works without it.
(() => {
  "use strict";

  const typing = (target) => target.closest("input, select, textarea, [contenteditable]") !== null;
  const rows = () => [...document.querySelectorAll("table.rows tbody tr:not(.group)")];

  const current = () => rows().findIndex((row) => row.classList.contains("here"));

  const go = (step) => {
    const all = rows();
    if (!all.length) return;
    const from = current();
    const to = from < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(from + step, 0), all.length - 1);
    all.forEach((row) => row.classList.remove("here"));
    all[to].classList.add("here");
    const link = all[to].querySelector("td a");
    if (link) link.focus({ preventScroll: true });
    all[to].scrollIntoView({ block: "nearest" });
  };

  const help = () => {
    const dialog = document.getElementById("help");
    if (dialog && !dialog.open) dialog.showModal();
  };

  const keys = {
    "/": () => document.getElementById("seek")?.focus(),
    j: () => go(1),
    k: () => go(-1),
    x: () => rows()[current()]?.querySelector("input[type=checkbox]")?.click(),
    "?": help,
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (document.querySelector("dialog[open]")) return;
    const act = keys[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });

  // All rows of a page are chosen by one button, which is of no use without a script
  const choosing = () => {
    const button = document.querySelector("#bulk .all");
    if (!button || !button.hidden) return;
    button.hidden = false;
    button.addEventListener("click", () => {
      const boxes = [...document.querySelectorAll("td.tick input")];
      const all = boxes.every((box) => box.checked);
      boxes.forEach((box) => { box.checked = !all; });
    });
  };

  // Files that are dropped go into the form's own field, and are sent as it is
  const dropping = () => {
    const place = document.querySelector(".drop");
    if (!place) return;
    const input = place.querySelector("input[type=file]");
    ["dragenter", "dragover"].forEach((name) => place.addEventListener(name, (event) => {
      event.preventDefault();
      place.classList.add("over");
    }));
    place.addEventListener("dragleave", () => place.classList.remove("over"));
    place.addEventListener("drop", (event) => {
      event.preventDefault();
      place.classList.remove("over");
      input.files = event.dataTransfer.files;
      place.querySelector("button").focus();
    });
  };

  const look = async (video, detector, field) => {
    if (!video.srcObject) return;
    const found = await detector.detect(video).catch(() => []);
    if (found.length) {
      video.srcObject.getTracks().forEach((track) => track.stop());
      video.srcObject = null;
      field.value = found[0].rawValue;
      field.form.requestSubmit();
      return;
    }
    setTimeout(() => look(video, detector, field), 200);
  };

  // Where a browser reads codes, a button opens the camera; typing works everywhere
  const scanning = () => {
    const button = document.querySelector(".scan button.camera");
    if (!button || !("BarcodeDetector" in window) || !navigator.mediaDevices) return;
    button.hidden = false;
    button.addEventListener("click", async () => {
      const video = document.querySelector(".scan video");
      const said = document.querySelector(".scan .said");
      try {
        video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
        video.hidden = false;
        await video.play();
        look(video, new window.BarcodeDetector(), document.querySelector(".scan input"));
      } catch (fault) {
        said.textContent = said.dataset.fault;
      }
    });
  };

  const ready = () => { choosing(); dropping(); scanning(); };
  document.addEventListener("DOMContentLoaded", ready);
  document.addEventListener("htmx:afterSettle", choosing);
  if (document.readyState !== "loading") ready();
})();
