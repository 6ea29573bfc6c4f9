// The solver beside an exact one that tries every set of columns.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  addRow,
  createNormal,
  type Normal,
  solveNonNegative,
  toVariances,
} from "../../../../../bridge/daemon/leases/costs/solve-non-negative.ts";

function toNormal(rows: readonly (readonly number[])[], targets: readonly number[]): Normal {
  const normal = createNormal(rows[0]?.length ?? 0);
  for (const [index, row] of rows.entries()) addRow(normal, row, targets[index] ?? 0, 1);
  return normal;
}

function toError(
  rows: readonly (readonly number[])[],
  targets: readonly number[],
  solution: readonly number[],
): number {
  return rows.reduce((sum, row, index) => {
    const fitted = row.reduce((total, value, column) => total + value * (solution[column] ?? 0), 0);
    return sum + (fitted - (targets[index] ?? 0)) ** 2;
  }, 0);
}

/** Cramer's rule for each set of columns that may be above zero; the best that is. */
function solveByTrying(rows: readonly (readonly number[])[], targets: readonly number[]): number {
  const columns = rows[0]?.length ?? 0;
  const { products, targets: right } = toNormal(rows, targets);
  let best = toError(rows, targets, []);
  for (let set = 1; set < 2 ** columns; set += 1) {
    const chosen = [...Array(columns).keys()].filter((column) => (set >> column) % 2 === 1);
    const matrix = chosen.map((i) => chosen.map((j) => products[i]?.[j] ?? 0));
    const divisor = toDeterminant(matrix);
    if (Math.abs(divisor) < 1e-9) continue;
    const values = chosen.map((_column, at) => {
      const replaced = matrix.map((line, i) =>
        line.map((value, j) => (j === at ? (right[chosen[i] ?? 0] ?? 0) : value)),
      );
      return toDeterminant(replaced) / divisor;
    });
    if (values.some((value) => value < 0)) continue;
    const solution = new Array<number>(columns).fill(0);
    for (const [at, column] of chosen.entries()) solution[column] = values[at] ?? 0;
    best = Math.min(best, toError(rows, targets, solution));
  }
  return best;
}

function toDeterminant(matrix: readonly (readonly number[])[]): number {
  const [first] = matrix;
  if (!first) return 1;
  return first.reduce((sum, value, column) => {
    const rest = matrix.slice(1).map((line) => line.filter((_value, at) => at !== column));
    return sum + (column % 2 === 0 ? 1 : -1) * value * toDeterminant(rest);
  }, 0);
}

describe("non-negative least squares", () => {
  it("finds what made the numbers", () => {
    const rows = [
      [1, 0, 2],
      [0, 3, 1],
      [2, 2, 0],
      [1, 1, 1],
    ];
    const targets = rows.map(([a = 0, b = 0, c = 0]) => 2 * a + 0.5 * b + 4 * c);
    const solution = solveNonNegative(toNormal(rows, targets));
    for (const [index, value] of [2, 0.5, 4].entries()) expect(solution[index]).toBeCloseTo(value, 5);
  });

  it("puts a column that would go below zero at zero", () => {
    expect(
      solveNonNegative(
        toNormal(
          [
            [1, 1],
            [1, 0],
          ],
          [1, 2],
        ),
      ),
    ).toEqual([1.5, 0]);
  });

  it("fits as well as trying every set of columns", () => {
    const cell = fc.integer({ min: 0, max: 9 });
    const table = fc.integer({ min: 1, max: 4 }).chain((columns) =>
      fc.array(fc.tuple(fc.array(cell, { minLength: columns, maxLength: columns }), fc.integer({ min: -5, max: 20 })), {
        minLength: 5,
        maxLength: 12,
      }),
    );
    fc.assert(
      fc.property(table, (lines) => {
        const rows = lines.map(([row]) => row);
        const targets = lines.map(([, target]) => target);
        const own = toError(rows, targets, solveNonNegative(toNormal(rows, targets)));
        expect(own).toBeLessThanOrEqual(solveByTrying(rows, targets) * (1 + 1e-4) + 1e-4);
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it("knows a coefficient better the more rows speak of it", () => {
    const few = toNormal(
      [
        [1, 0],
        [0, 1],
      ],
      [1, 1],
    );
    const many = toNormal([...Array.from({ length: 9 }, () => [1, 0]), [0, 1]], Array(10).fill(1));
    expect(toVariances(few, [1, 1])).toEqual([1, 1]);
    expect(toVariances(many, [1, 1])[0]).toBeCloseTo(1 / 9);
  });
});
