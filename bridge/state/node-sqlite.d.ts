// Node's binding has the interface of the package that fills in for it; the types of Node 20 do not know it.
declare module "node:sqlite" {
  export { DatabaseSync } from "@photostructure/sqlite";
}
