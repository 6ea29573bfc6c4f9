// The style sheet of uPlot, which Vite bundles.
declare module "uplot/dist/uPlot.min.css";
