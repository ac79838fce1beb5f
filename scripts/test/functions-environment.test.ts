import { expect } from "chai";
import { readFunctionsEnvironment } from "../functions-environment.ts";
import { projectFolder } from "./project-folder.ts";

describe("readFunctionsEnvironment", () => {
  it("reads what every project has, and over it what is the project's own", async () => {
    await using folder = await projectFolder({
      "functions/.env": "A=all\nB=all\n",
      "functions/.env.mine": "B=mine\n",
      "functions/.env.other": "B=other\n",
      "functions/.env.local": "B=local\n",
    });
    expect(readFunctionsEnvironment(folder.path, "mine")).to.deep.equal({
      A: "all",
      B: "mine",
      GCLOUD_PROJECT: "mine",
    });
  });

  it("finds a project's file by an alias of it as well", async () => {
    await using folder = await projectFolder({
      ".firebaserc": JSON.stringify({ projects: { staging: "mine", prod: "other" } }),
      "functions/.env.staging": "A=staging\n",
      "functions/.env.prod": "A=prod\n",
    });
    const { A } = readFunctionsEnvironment(folder.path, "mine");
    expect(A).to.equal("staging");
  });

  it("is content with no file at all", async () => {
    await using folder = await projectFolder({ ".firebaserc": "{}" });
    expect(readFunctionsEnvironment(folder.path, "mine")).to.deep.equal({ GCLOUD_PROJECT: "mine" });
  });
});
