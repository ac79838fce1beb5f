import { Query } from "@google-cloud/firestore";
import { expect } from "chai";
import { MEETINGS, writeCursor } from "../../../src/api/cursor.ts";
import { ApiUnderTest } from "../support/api-under-test.ts";

/** Notes how every query is narrowed and sorted until it is disposed of. */
function noteQueries() {
  const { where, orderBy } = Query.prototype;
  const conditions: unknown[][] = [];
  const orders: unknown[] = [];
  Query.prototype.where = function noted(this: Query, ...args: unknown[]) {
    conditions.push(args.slice(0, 2));
    return Reflect.apply(where, this, args);
  } as typeof where;
  Query.prototype.orderBy = function noted(this: Query, ...args: unknown[]) {
    orders.push(args);
    return Reflect.apply(orderBy, this, args);
  } as typeof orderBy;
  const restore = () => Object.assign(Query.prototype, { where, orderBy });
  return { conditions, orders, [Symbol.dispose]: restore };
}

describe("the queries of a list of meetings", () => {
  let api: ApiUnderTest;
  before(async () => {
    api = await ApiUnderTest.start();
  });
  after(() => api.stop());

  // Firestore merges the automatic indexes of fields that are compared for equality alone, in the
  // order of names: https://firebase.google.com/docs/firestore/query-data/index-overview#taking_advantage_of_index_merging
  it("need no index of several fields", async () => {
    using queries = noteQueries();
    const cursor = writeCursor(MEETINGS, "a");
    await api.request(`/v1/meetings?status=done&meeting_status=scheduled&cursor=${cursor}`);
    expect(queries.conditions).to.deep.equal([
      ["creator_organization_id", "=="],
      ["recording.status", "=="],
      ["status", "=="],
    ]);
    expect(queries.orders).to.deep.equal([["__name__"]]);
  });
});
