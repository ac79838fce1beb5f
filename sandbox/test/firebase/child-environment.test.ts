import { dirname } from "node:path";
import { expect } from "chai";
import { childEnvironment } from "../../src/firebase/child-environment.ts";

describe("childEnvironment", () => {
  it("passes on nothing that leads to the cloud", () => {
    const env = { GOOGLE_APPLICATION_CREDENTIALS: "/key", FIREBASE_TOKEN: "t", HOME: "/home/me" };
    const passedOn = childEnvironment(env);
    expect(passedOn).to.include({ HOME: "/home/me", METADATA_SERVER_DETECTION: "none" });
    expect(passedOn).to.not.have.any.keys("GOOGLE_APPLICATION_CREDENTIALS", "FIREBASE_TOKEN");
  });

  it("has Java and Node start quickly, unless it is told otherwise", () => {
    expect(childEnvironment({})["JAVA_TOOL_OPTIONS"]).to.contain("TieredStopAtLevel=1");
    expect(childEnvironment({})["NODE_COMPILE_CACHE"]).to.match(/compile-cache$/);
    const mine = { JAVA_TOOL_OPTIONS: "-Xmx1g", NODE_COMPILE_CACHE: "/cache" };
    expect(childEnvironment(mine)).to.include(mine);
  });

  it("puts this Node and JAVA_HOME's Java first on the PATH", () => {
    const node = dirname(process.execPath);
    const { PATH } = childEnvironment({ PATH: "/usr/bin", JAVA_HOME: "/opt/jdk" });
    expect(PATH).to.equal(`${node}:/opt/jdk/bin:/usr/bin`);
    expect(childEnvironment({ PATH: "/usr/bin" })["PATH"]).to.equal(`${node}:/usr/bin`);
  });
});
