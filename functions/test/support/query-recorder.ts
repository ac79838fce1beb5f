import { type Firestore, Query } from "@google-cloud/firestore";

/** What a query filters and sorts by; its index must have all of it. */
export interface QueryShape {
  collection: string;
  /** Whether it asks every collection of that id, whatever it is below. */
  isGroup: boolean;
  fields: Set<string>;
}

/** Notes the shape of every query that is begun at a collection of `firestore`, or a group of them, from now on. */
export function recordQueries(firestore: Firestore): QueryShape[] {
  const shapes: QueryShape[] = [];
  const collection = firestore.collection.bind(firestore);
  firestore.collection = (path) => {
    const shape = { collection: path, isGroup: false, fields: new Set<string>() };
    shapes.push(shape);
    return recording(collection(path), shape);
  };
  const collectionGroup = firestore.collectionGroup.bind(firestore);
  firestore.collectionGroup = (id) => {
    const shape = { collection: id, isGroup: true, fields: new Set<string>() };
    shapes.push(shape);
    return recording(collectionGroup(id), shape);
  };
  return shapes;
}

/** Passes every call on; a query that comes of it is recorded too. */
function recording<Q extends Query>(query: Q, shape: QueryShape): Q {
  return new Proxy(query, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== "function") return member;
      return (...args: unknown[]) => {
        if (name === "where" || name === "orderBy") shape.fields.add(String(args[0]));
        const result: unknown = Reflect.apply(member, target, args);
        return result instanceof Query ? recording(result, shape) : result;
      };
    },
  });
}
