// What every test file begins with: nothing of the developer's leaks in, and no program of a test outlives the file.
import { afterAll } from "vitest";
import { toCleanEnvironment } from "./environment.ts";
import { endPrograms } from "./program.ts";

const clean = toCleanEnvironment(process.env);
for (const name of Object.keys(process.env)) if (clean[name] === undefined) delete process.env[name];
Object.assign(process.env, clean);

afterAll(() => endPrograms());
