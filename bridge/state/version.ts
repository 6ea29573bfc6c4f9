// The version of this build, put in by the bundler.
export { version as VERSION } from "../../package.json";
