// What a measured process says of itself: CPU seconds of all its threads and wall seconds since `start()`, which is called
// after modules are loaded, and the peak of its memory.

let cpuBefore = 0;
let wallBefore = 0;

export const args = JSON.parse(process.argv[2] ?? "{}");

export function cpuSeconds() {
  const { userCPUTime, systemCPUTime } = process.resourceUsage();
  return (userCPUTime + systemCPUTime) / 1e6;
}

export function start() {
  cpuBefore = cpuSeconds();
  wallBefore = performance.now();
}

/** Stops the clock; what is asked for after it costs nothing. */
export function stop() {
  return {
    cpuSeconds: cpuSeconds() - cpuBefore,
    wallSeconds: (performance.now() - wallBefore) / 1000,
    peakMb: process.resourceUsage().maxRSS / 1024,
    startCpuSeconds: cpuBefore,
  };
}

export function print(result) {
  process.stdout.write(`${JSON.stringify(result)}\n`);
}

/**
 * Adds up what the statements of a run cost: pass its progress to `note`. A statement is charged with all since the one before;
 * what a stage does after its last statement is charged to the stage, under "-".
 */
export function statementCosts() {
  const costs = new Map();
  let stage = "";
  let cpu = cpuSeconds();
  let wall = performance.now();
  const charge = (relation, rows) => {
    const key = `${stage}: ${relation}`;
    const cost = costs.get(key) ?? { stage, relation, times: 0, cpuSeconds: 0, wallSeconds: 0, rows: 0 };
    cost.times += 1;
    cost.rows = Math.max(cost.rows, rows);
    cost.cpuSeconds += cpuSeconds() - cpu;
    cost.wallSeconds += (performance.now() - wall) / 1000;
    cpu = cpuSeconds();
    wall = performance.now();
    costs.set(key, cost);
  };
  return {
    note(progress) {
      if (progress.kind === "stage") {
        charge("-", 0);
        stage = progress.title;
      }
      if (progress.kind === "statement") charge(progress.relation, progress.rows);
    },
    slowest() {
      charge("-", 0);
      return [...costs.values()].sort((a, b) => b.cpuSeconds - a.cpuSeconds);
    },
  };
}
