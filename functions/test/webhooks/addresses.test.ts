import { expect } from "chai";
import { isLoopbackAddress, isPublicAddress } from "../../src/webhooks/addresses.ts";

const PUBLIC = [
  "8.8.8.8",
  "1.1.1.1",
  "172.32.0.1",
  "192.169.0.1",
  "100.128.0.1",
  "169.253.255.255",
  "2606:4700:4700::1111",
  "2a00:1450:4001:80b::200e",
  "::ffff:8.8.8.8",
];

const FORBIDDEN: Readonly<Record<string, readonly string[]>> = {
  "this machine": ["127.0.0.1", "127.255.255.254", "::1", "::ffff:127.0.0.1", "::ffff:7f00:1"],
  "no particular one": ["0.0.0.0", "0.1.2.3", "::", "::ffff:0.0.0.0"],
  private: ["10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "fc00::1", "fd12:3456::1"],
  "a cloud's metadata": [
    "169.254.169.254",
    "169.254.170.2",
    "::ffff:169.254.169.254",
    "::ffff:a9fe:a9fe",
    "fd00:ec2::254",
    "100.100.100.200",
  ],
  "link-local": ["169.254.0.1", "fe80::1", "fe80::1%eth0", "fec0::1"],
  "shared by a carrier": ["100.64.0.1", "100.127.255.255"],
  "of many": ["224.0.0.1", "239.255.255.250", "255.255.255.255", "ff02::1"],
  "a translated IPv4 address": [
    "64:ff9b::10.0.0.1",
    "64:ff9b::8.8.8.8",
    "64:ff9b:1::10.0.0.1",
    "2002:7f00:1::",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "::ffff:0:10.0.0.1",
    "::127.0.0.1",
    "::8.8.8.8",
    "0:0:0:0:0:0:8.8.8.8",
    "::7f00:1",
  ],
  "for documentation, tests and the future": [
    "192.0.0.1",
    "192.0.2.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "240.0.0.1",
    "2001:db8::1",
    "3fff::1",
    "100::1",
    "4000::1",
  ],
  "no address at all": ["", "localhost", "127.1", "0x7f.0.0.1", "2130706433", "8.8.8.8.8", "::g"],
};

describe("isPublicAddress", () => {
  for (const address of PUBLIC) {
    it(`takes ${address}`, () => {
      expect(isPublicAddress(address)).to.equal(true);
    });
  }

  for (const [what, addresses] of Object.entries(FORBIDDEN)) {
    for (const address of addresses) {
      it(`refuses "${address}", which is ${what}`, () => {
        expect(isPublicAddress(address)).to.equal(false);
      });
    }
  }
});

describe("isLoopbackAddress", () => {
  it("takes this machine's, however it is written, and nothing else", () => {
    const own = FORBIDDEN["this machine"] ?? [];
    expect(own.filter((address) => !isLoopbackAddress(address))).to.deep.equal([]);
    const others = [...PUBLIC, ...Object.values(FORBIDDEN).flat()].filter(
      (address) => !own.includes(address),
    );
    expect(others.filter(isLoopbackAddress)).to.deep.equal([]);
  });
});
