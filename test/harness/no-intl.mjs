// A Node without Intl, for a program that must not use it: its first use takes half a call.
const refuse = () => {
  throw new Error("Intl was used");
};
for (const name of ["toLocaleString", "toLocaleDateString", "toLocaleTimeString"]) Date.prototype[name] = refuse;
Number.prototype.toLocaleString = refuse;
for (const name of Object.getOwnPropertyNames(Intl)) Object.defineProperty(Intl, name, { get: refuse });
