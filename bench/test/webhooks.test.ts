import { expect } from "chai";
import { measureWebhooks, QUICK } from "../src/webhooks.ts";

describe("the measurement of webhooks, in small", function () {
  this.timeout(300_000);

  it("finds every webhook delivered, however often the endpoint fails and senders die", async () => {
    const figures = await measureWebhooks(QUICK);
    expect(figures).to.include({
      ...{ webhooks: 40, delivered: 40, lost: 0, strange: 0, unverified: 0 },
    });
    expect(figures.refused).to.be.above(0);
    expect(figures.kills).to.be.above(0);
  });
});
