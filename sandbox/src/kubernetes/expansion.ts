const REFERENCE = /\$(?:\$|\(([^)]*)\))/g;

/**
 * Expands a text as the kubelet does: `$(NAME)` is the value of a variable, and stays when there is none of
 * that name; `$$` stands for the sign itself.
 */
export function expand(text: string, variables: Readonly<Record<string, string>>): string {
  return text.replace(REFERENCE, (reference, name?: string) =>
    name === undefined ? "$" : (variables[name] ?? reference),
  );
}

/** Variables with those that come before them in the list expanded. */
export function expandVariables(list: { name: string; value?: string }[]): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const { name, value = "" } of list) variables[name] = expand(value, variables);
  return variables;
}
