import { expect } from "chai";
import { stagedConfig } from "../../src/firebase/staged-project.ts";

describe("stagedConfig", () => {
  it("changes the emulators' ports and nothing that a deployment uses", () => {
    const config = { functions: [{ source: "functions" }], emulators: { ui: { port: 4000 } } };
    const others = { eventarc: 4, tasks: 5, logging: 6, websocket: 7 };
    const staged = stagedConfig(config, { functions: 1, firestore: 2, hub: 3, ...others });
    expect(staged).to.have.property("functions", config.functions);
    expect(staged).to.have.nested.property("emulators.singleProjectMode", true);
    expect(staged).to.have.nested.property("emulators.functions.port", 1);
    expect(staged).to.have.nested.property("emulators.firestore.websocketPort", 7);
    expect(staged).to.have.deep.nested.property("emulators.ui", { enabled: false });
  });
});
