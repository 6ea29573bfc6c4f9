// What a browser calls itself, from what it tells its extensions.
import { expect, test } from "vitest";
import { toBrowserName } from "../../extension/browser-name.ts";

const toBrands = (...brands: string[]) => ({ userAgentData: { brands: brands.map((brand) => ({ brand })) } });

test.each([
  ["Chrome", { userAgent: "Mozilla/5.0 Chrome/156.0 Safari/537.36", ...toBrands("Chromium", "Google Chrome") }],
  ["Edge", toBrands("Not A;Brand", "Chromium", "Microsoft Edge")],
  ["Chromium", toBrands("Chromium")],
  ["Brave", { brave: {}, ...toBrands("Chromium", "Brave") }],
  ["Firefox", { userAgent: "Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0" }],
  ["Chromium", { userAgent: "Mozilla/5.0" }],
  ["Chromium", "nothing of the kind"],
])("%s", (name, navigator) => {
  expect(toBrowserName(navigator)).toBe(name);
});
