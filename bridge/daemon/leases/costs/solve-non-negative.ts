// Least squares with no coefficient below zero, over sums of products: as many numbers as columns, however many rows. Pure.

/** AᵀA and Aᵀb, weighted by the row. */
export type Normal = { products: number[][]; targets: number[] };

export function createNormal(columns: number): Normal {
  return {
    products: Array.from({ length: columns }, () => new Array<number>(columns).fill(0)),
    targets: new Array<number>(columns).fill(0),
  };
}

export function addRow({ products, targets }: Normal, row: readonly number[], target: number, weight: number): void {
  for (const [i, a] of row.entries()) {
    if (a === 0) continue;
    targets[i] = (targets[i] ?? 0) + weight * a * target;
    const line = products[i];
    if (!line) continue;
    for (const [j, b] of row.entries()) line[j] = (line[j] ?? 0) + weight * a * b;
  }
}

const MAX_SWEEPS = 2_000;
const ENOUGH = 1e-10;

/** Coordinate by coordinate, each to where it is best or to zero: https://doi.org/10.1016/j.cam.2003.07.005 (Franc et al.) */
export function solveNonNegative({ products, targets }: Normal): number[] {
  const solution = targets.map(() => 0);
  for (let sweep = 0; sweep < MAX_SWEEPS; sweep += 1) {
    let largest = 0;
    for (const [i, line] of products.entries()) {
      const own = line[i] ?? 0;
      if (own <= 0) continue;
      const before = solution[i] ?? 0;
      const slope = line.reduce((sum, product, j) => sum + product * (solution[j] ?? 0), -(targets[i] ?? 0));
      const after = Math.max(0, before - slope / own);
      solution[i] = after;
      largest = Math.max(largest, Math.abs(after - before) * Math.sqrt(own));
    }
    if (largest < ENOUGH) break;
  }
  return solution;
}

/** The diagonal of the inverse over the columns that are not zero: how uncertain each coefficient is, but for the noise. */
export function toVariances({ products }: Normal, solution: readonly number[]): number[] {
  const active = solution.flatMap((value, index) => (value > 0 ? [index] : []));
  const matrix = active.map((i) => active.map((j) => products[i]?.[j] ?? 0));
  const inverse = invert(matrix);
  return solution.map((_value, index) => {
    const at = active.indexOf(index);
    return at < 0 ? 0 : Math.max(0, inverse[at]?.[at] ?? 0);
  });
}

/** Gauss and Jordan; a ridge keeps what comes here regular. */
function invert(matrix: readonly (readonly number[])[]): number[][] {
  const size = matrix.length;
  const rows = matrix.map((line, i) => [...line, ...line.map((_value, j) => (i === j ? 1 : 0))]);
  for (let column = 0; column < size; column += 1) {
    const pivot = rows[column];
    const divisor = pivot?.[column] ?? 0;
    if (!pivot || divisor === 0) continue;
    rows[column] = pivot.map((value) => value / divisor);
    for (const [i, line] of rows.entries()) {
      const factor = line[column] ?? 0;
      if (i === column || factor === 0) continue;
      rows[i] = line.map((value, j) => value - factor * (rows[column]?.[j] ?? 0));
    }
  }
  return rows.map((line) => line.slice(size));
}
