import { expect } from "chai";
import { placeEnv } from "../../src/machine/placement.ts";

const PLACEMENT = {
  ports: new Map([
    [3000, 23_456],
    [8081, 24_567],
  ]),
  folders: new Map([["scratch", "/tmp/task/scratch"]]),
};
const MOUNTS = [{ volume: "scratch", path: "/usr/src/app/dist/_tempvideo" }];

const place = (value: string) => placeEnv({ VALUE: value }, MOUNTS, PLACEMENT)["VALUE"];

describe("placeEnv", () => {
  const cases = {
    "3000": "23456",
    "http://localhost:3000": "http://localhost:23456",
    "http://127.0.0.1:8081/v2": "http://127.0.0.1:24567/v2",
    "localhost:3000,localhost:8081": "localhost:23456,localhost:24567",
    "/usr/src/app/dist/_tempvideo": "/tmp/task/scratch",
    "/usr/src/app/dist/_tempvideo/stop": "/tmp/task/scratch/stop",
  };
  for (const [value, expected] of Object.entries(cases)) {
    it(`makes ${value} ${expected}`, () => {
      expect(place(value)).to.equal(expected);
    });
  }

  const kept = [
    "",
    " 3000",
    "30000",
    "http://localhost:30001",
    "http://example.com:3000",
    "/usr/src/app/dist/_tempvideos",
    "/usr/src/app",
  ];
  for (const value of kept) {
    it(`leaves "${value}" as it is`, () => {
      expect(place(value)).to.equal(value);
    });
  }
});
