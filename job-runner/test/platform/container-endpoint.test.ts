import { expect } from "chai";
import { askContainerEndpoint, containerUrl } from "../../src/platform/container-endpoint.ts";
import { ContainerEndpoints } from "./support/container-endpoints.ts";

/** What ECS, or a stand-in, may announce, and where that is. */
const ALLOWED: Record<string, string> = {
  "/v2/credentials/a-b": "http://169.254.170.2/v2/credentials/a-b",
  "http://169.254.170.2/v4/x/task": "http://169.254.170.2/v4/x/task",
  "http://127.0.0.1:8080/x": "http://127.0.0.1:8080/x",
  "http://localhost/x": "http://localhost/x",
  "http://[::1]:80/x": "http://[::1]/x",
};

/** Addresses that look like one of those. */
const REFUSED = [
  "//example.com/v2/credentials",
  "\\\\example.com/v2",
  "http://169.254.170.2@example.com/",
  "http://169.254.170.2.example.com/",
  "http://example.com/169.254.170.2",
  "http://169.254.169.254/latest/meta-data",
  "http://127.0.0.2/",
  "https://169.254.170.2/",
  "file:///etc/passwd",
  "http://",
];

describe("containerUrl", () => {
  for (const [uri, url] of Object.entries(ALLOWED)) {
    it(`is ${url} for ${uri}`, () => {
      expect(containerUrl(uri).href).to.equal(url);
    });
  }

  for (const uri of REFUSED) {
    it(`does not take ${uri}`, () => {
      expect(() => containerUrl(uri)).to.throw(/Containers are answered at/);
    });
  }
});

describe("askContainerEndpoint", () => {
  let endpoints: ContainerEndpoints;
  beforeEach(async () => {
    endpoints = await ContainerEndpoints.start();
  });
  afterEach(() => endpoints.stop());

  const ask = (authorization?: string) =>
    askContainerEndpoint(new URL(`${endpoints.url}/v4/me/task`), authorization);

  it("gives the answer, and shows what is to be shown", async () => {
    expect(await ask("letter")).to.deep.equal({ TaskARN: "arn:of:this:task" });
    expect(await ask()).to.deep.equal({ TaskARN: "arn:of:this:task" });
    expect(endpoints.asked.map(({ authorization }) => authorization)).to.deep.equal([
      "letter",
      undefined,
    ]);
  });

  it("follows nobody anywhere", async () => {
    const other = await ContainerEndpoints.start();
    try {
      endpoints.answer = (response) =>
        response.writeHead(307, { location: `${other.url}/v4/me/task` }).end();
      const error = await ask("letter").catch((thrown: unknown) => thrown);
      expect(error).to.be.an("error");
      expect(other.asked).to.deep.equal([]);
    } finally {
      await other.stop();
    }
  });

  it("tells the status of a refusal", async () => {
    endpoints.answer = (response) => response.writeHead(403).end("no");
    const error = await ask().catch((thrown: unknown) => thrown);
    expect(String(error)).to.match(/status 403/);
  });
});
