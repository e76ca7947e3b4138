// What the project has set itself to reach, held against what was measured. Said, never asserted.

/** `[{ target, measured, met }]` for every target that what was measured can answer. */
export function targetsOf({ people, memoryLimit, measures, scores, order }) {
  const { run, floor, scipy, splink, resolution, plainResolution } = measures;
  const known = scores.limited?.known;
  const precision = people === 100_000 ? 0.94 : 0.93;
  const recall = people === 100_000 ? 0.87 : 0.86;
  const ratio = (target, one, other, most) =>
    one !== undefined &&
    other !== undefined && {
      target,
      measured: `${(one.cpuSeconds / other.cpuSeconds).toFixed(2)} ×`,
      met: one.cpuSeconds <= most * other.cpuSeconds,
    };
  return [
    ratio("whole run ≤ 4 × the floor (CPU)", run, memoryLimit === undefined ? floor : undefined, 4),
    ratio("resolution without limits ≤ 2 × encoding and scipy (CPU)", plainResolution, scipy, 2),
    ratio("resolution without limits ahead of Splink (CPU)", plainResolution, splink, 1),
    ratio("resolution with limits ≤ 2 × without (CPU)", resolution, plainResolution, 2),
    people >= 1_000_000 &&
      memoryLimit === undefined &&
      run !== undefined && {
        target: "whole run under 4 GB (peak memory)",
        measured: `${Math.round(run.peakMb)} MB`,
        met: run.peakMb < 4096,
      },
    memoryLimit !== undefined &&
      run !== undefined && {
        target: `whole run finishes with ${memoryLimit} for DuckDB`,
        measured: `peak ${Math.round(run.peakMb)} MB`,
        met: true,
      },
    known !== undefined && {
      target: `precision of known records ≥ ${precision}`,
      measured: known.precision.toFixed(4),
      met: known.precision >= precision,
    },
    known !== undefined && {
      target: `recall of known records ≥ ${recall}`,
      measured: known.recall.toFixed(4),
      met: known.recall >= recall,
    },
    order !== undefined && {
      target: `the same identities in every row order (seeds ${order.seeds.join(", ")})`,
      measured: order.differing.length === 0 ? "the same" : `differ for ${order.differing.join(", ")}`,
      met: order.differing.length === 0,
    },
    plainResolution !== undefined &&
      scipy !== undefined && {
        target: "resolution without limits has the components of scipy",
        measured: `${plainResolution.identities} and ${scipy.identities}`,
        met: plainResolution.checksum === scipy.checksum,
      },
    splink !== undefined &&
      scipy !== undefined && {
        target: "Splink has the components of scipy",
        measured: `${splink.identities} and ${scipy.identities}`,
        met: splink.checksum === scipy.checksum,
      },
  ].filter(Boolean);
}
