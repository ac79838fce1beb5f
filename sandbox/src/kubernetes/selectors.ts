type Labels = Record<string, string>;

/** Whether an object with these labels is selected. */
export type Selector = (labels: Labels) => boolean;

const KEY = "[A-Za-z0-9][-A-Za-z0-9_./]*";
const VALUE = "[-A-Za-z0-9_.]*";
const EQUALITY = new RegExp(`^(${KEY})\\s*(==|=|!=)\\s*(${VALUE})$`);
const SET = new RegExp(`^(${KEY})\\s+(in|notin)\\s*\\(([-A-Za-z0-9_., ]*)\\)$`);
const EXISTENCE = new RegExp(`^(!?)\\s*(${KEY})$`);

/** Reads a `labelSelector`; undefined when it is none. An empty one selects everything. */
export function parseSelector(text: string): Selector | undefined {
  const requirements = text.trim() === "" ? [] : text.split(/,(?![^(]*\))/);
  const selectors = requirements.map((requirement) => parseRequirement(requirement.trim()));
  if (selectors.includes(undefined)) return undefined;
  return (labels) => selectors.every((selector) => selector?.(labels));
}

function parseRequirement(text: string): Selector | undefined {
  const [, key = "", operator, value] = EQUALITY.exec(text) ?? [];
  if (operator === "!=") return (labels) => labels[key] !== value;
  if (operator !== undefined) return (labels) => labels[key] === value;
  const [, name = "", membership, list = ""] = SET.exec(text) ?? [];
  const values = list.split(",").map((one) => one.trim());
  if (membership === "in") return (labels) => values.includes(labels[name] ?? "\0");
  if (membership === "notin") return (labels) => !values.includes(labels[name] ?? "\0");
  const [, not, label = ""] = EXISTENCE.exec(text) ?? [];
  if (not === undefined) return undefined;
  return (labels) => label in labels === (not === "");
}
