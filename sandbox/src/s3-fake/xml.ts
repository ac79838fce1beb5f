const NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/";

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
};

/** An element with a text. */
export function element(name: string, text: string | number | boolean): string {
  const escaped = String(text).replaceAll(/[&<>"]/g, (char) => ENTITIES[char] ?? char);
  return `<${name}>${escaped}</${name}>`;
}

/** A document; `content` is XML. */
export function xmlDocument(root: string, content: string): string {
  const namespace = root === "Error" ? "" : ` xmlns="${NAMESPACE}"`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root}${namespace}>${content}</${root}>`;
}

/** The contents of every element of a name, in their order. Enough for the one document that S3 is sent here. */
export function contentsOf(xml: string, name: string): string[] {
  const pattern = new RegExp(`<${name}>(.*?)</${name}>`, "gs");
  return [...xml.matchAll(pattern)].map(([, content]) => (content ?? "").replaceAll("&quot;", '"'));
}
