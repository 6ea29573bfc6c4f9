// Versions in their order.
import { expect, test } from "vitest";
import { compareVersions } from "../../shared/version-order.ts";

test.each([
  ["0.1.0", "0.1.0", 0],
  ["0.1.0", "0.1.1", -1],
  ["0.9.0", "0.10.0", -1],
  ["1.0.0", "0.99.99", 1],
  ["0.2.0", "0.1.9", 1],
])("%s against %s is %i", (a, b, order) => {
  expect(Math.sign(compareVersions(a, b))).toBe(order);
});
