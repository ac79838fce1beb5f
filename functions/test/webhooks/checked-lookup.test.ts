import type { LookupAddress } from "node:dns";
import { expect } from "chai";
import {
  checkedLookup,
  ForbiddenAddressError,
  type Resolve,
} from "../../src/webhooks/checked-lookup.ts";

const GOOD = { address: "8.8.8.8", family: 4 };
const ALSO_GOOD = { address: "2606:4700:4700::1111", family: 6 };
const BAD = { address: "10.0.0.1", family: 4 };

type Answer = [error: Error | null, address: string | LookupAddress[], family: number | undefined];

/** What a connection is told that resolves a name which has these addresses. */
function ask(addresses: LookupAddress[], all = true, error: Error | null = null): Promise<Answer> {
  const resolve: Resolve = (_, { all: asksForAll }, callback) => {
    expect(asksForAll).to.equal(true);
    callback(error, addresses);
  };
  const lookup = checkedLookup(resolve, (address) => address !== BAD.address);
  return new Promise((done) => {
    lookup("name", { all }, (...answer) => done(answer as unknown as Answer));
  });
}

describe("checkedLookup", () => {
  it("hands over every address of a name that has only allowed ones", async () => {
    expect(await ask([GOOD, ALSO_GOOD])).to.deep.equal([null, [GOOD, ALSO_GOOD]]);
  });

  it("hands over the first one to who asks for one", async () => {
    expect(await ask([GOOD, ALSO_GOOD], false)).to.deep.equal([null, GOOD.address, GOOD.family]);
  });

  for (const addresses of [[BAD], [GOOD, BAD], [BAD, GOOD], []]) {
    it(`hands over nothing of ${JSON.stringify(addresses.map(({ address }) => address))}`, async () => {
      const [error, handedOver] = await ask(addresses);
      expect(error).to.be.instanceOf(ForbiddenAddressError);
      expect(handedOver).to.deep.equal([]);
    });
  }

  it("hands on why a name could not be resolved", async () => {
    const unknown = new Error("ENOTFOUND");
    expect((await ask([], true, unknown))[0]).to.equal(unknown);
  });
});
