// The capacity model of bench/capacity.py, formula for formula, and the form that asks it.
"use strict";

const IN_TIME_SECONDS = 1.0;
const LATE_SHARE = 0.001;
const BUSY_AT_MOST = 0.7;

function waiting(slots, load, blocked) {
  return (slots * blocked) / (slots - load * (1 - blocked));
}

function slotsNeeded(load, holding) {
  let blocked = 1.0;
  for (let slots = 1; ; slots += 1) {
    blocked = (load * blocked) / (slots + load * blocked);
    if (slots > load) {
      const share = waiting(slots, load, blocked) * Math.exp((-(slots - load) * IN_TIME_SECONDS) / holding);
      if (share <= LATE_SHARE) return slots;
    }
  }
}

function holdingSeconds(costs, size, bits) {
  const arriving = costs.holds_sender ? (size * 8) / bits : 0.0;
  return arriving + size * costs.seconds_per_byte;
}

function need(costs, demand, server) {
  const sending = (demand.size * 8) / demand.bits;
  const rate = demand.uploads / sending;
  const cores = rate * (costs.cpu_per_upload + demand.size * costs.cpu_per_byte);
  let processes = Math.max(1, Math.ceil(cores / BUSY_AT_MOST));
  let slots = 0;
  if (costs.slots !== null) {
    const holding = Math.max(holdingSeconds(costs, demand.size, demand.bits), 1e-6);
    slots = slotsNeeded(rate * holding, holding);
    processes = Math.max(processes, Math.ceil(slots / costs.slots));
  }
  const memory = processes * costs.process_bytes + demand.uploads * costs.upload_bytes;
  const bits = demand.uploads * demand.bits * costs.through_share;
  const shares = [
    ["CPU", cores / BUSY_AT_MOST / server.cores],
    ["memory", memory / server.memory_bytes],
    ["network", bits / server.bits],
  ];
  const [bound, servers] = shares.reduce((most, share) => (share[1] > most[1] ? share : most));
  const disk = demand.uploads * demand.size * costs.disk_share;
  return { slots, processes, cores, memory_bytes: memory, disk_bytes: disk, bits, servers, bound };
}

function rounded(value) {
  if (value === 0) return "0";
  if (value < 0.001) return "< 0.001";
  return value.toLocaleString("en", value >= 100 ? { maximumFractionDigits: 0 } : { maximumSignificantDigits: 2 });
}

function scaled(value, units, step) {
  let unit = 0;
  while (value >= step && unit < units.length - 1) {
    value /= step;
    unit += 1;
  }
  return `${rounded(value)} ${units[unit]}`;
}

const BYTES = ["B", "kB", "MB", "GB", "TB", "PB"];
const BITS = ["bit/s", "kbit/s", "Mbit/s", "Gbit/s", "Tbit/s"];

function cells(answer, costs) {
  return [
    costs.slots === null ? "any number" : rounded(answer.slots),
    rounded(answer.processes),
    rounded(answer.cores),
    scaled(answer.memory_bytes, BYTES, 1000),
    scaled(answer.disk_bytes, BYTES, 1000),
    scaled(answer.bits, BITS, 1000),
    `${rounded(answer.servers)} (${answer.bound})`,
  ];
}

function start() {
  const form = document.getElementById("what-if");
  const architectures = JSON.parse(document.getElementById("model-costs").textContent);
  const positive = (name) => Math.max(1e-9, Number(form.elements[name].value) || 1e-9);
  const update = () => {
    const demand = {
      uploads: Math.min(positive("uploads"), 1e7),
      size: positive("megabytes") * 1e6,
      bits: positive("megabits") * 1e6,
    };
    const server = { cores: positive("cores"), memory_bytes: positive("gigabytes") * 1e9, bits: positive("gigabits") * 1e9 };
    for (const { row: number, costs } of architectures) {
      const row = document.getElementById(`what-if-${number}`);
      cells(need(costs, demand, server), costs).forEach((text, column) => {
        row.cells[column + 1].textContent = text;
      });
    }
  };
  form.addEventListener("input", update);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
  update();
}

if (typeof document !== "undefined") start();
if (typeof module !== "undefined") module.exports = { need };
