// Makes DOM nodes from text, never from markup: what a server or a person named cannot become an element.

type Options = {
  class?: string;
  text?: string;
  title?: string;
  /** Becomes data-<name>. */
  data?: Record<string, string>;
};

export function createElement<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  options: Options,
  ...children: Node[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  if (options.class !== undefined) element.className = options.class;
  if (options.text !== undefined) element.textContent = options.text;
  if (options.title !== undefined) element.title = options.title;
  for (const [name, value] of Object.entries(options.data ?? {})) element.dataset[name] = value;
  element.append(...children);
  return element;
}

/** A sentence of ours: what stands in backticks is for a terminal. */
export function createWords(sentence: string): Node[] {
  return sentence.split("`").map((text, index) => {
    return index % 2 === 0 ? document.createTextNode(text) : createElement("code", { text });
  });
}

/** The element of our own page with this id; its absence is a defect of the page. */
export function getElement(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (!element) throw new Error(`this page has no #${id}`);
  return element;
}

/** A name, not an address: nothing is loaded from there. */
const SVG = "http://www.w3.org/2000/svg";

export function createSvg(tag: "svg" | "path", attributes: Record<string, string>, ...children: Node[]): SVGElement {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}
