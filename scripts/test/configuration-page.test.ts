import { readFileSync } from "node:fs";
import { expect } from "chai";
import { runScript } from "./project-folder.ts";

const PAGE = "docs/configuration.md";

/** The table of the requirements that this replaces: each variable with its default. */
const REQUIRED: Record<string, string> = {
  GCP_PROJECT_ID: "`$GCLOUD_PROJECT`, else required",
  GCS_BUCKET: "none",
  MANAGER_IMAGE: "required",
  MEETING_BOT_IMAGE: "required",
  FIRESTORE_DATABASE: "`(default)`",
  KUBERNETES_NAMESPACE: "`default`",
  JOB_SERVICE_ACCOUNT: "`meeting-bot-job`",
  MAX_CLAIM_PER_POLL: "`10`",
  CLAIM_TTL_SECONDS: "`600`",
  MEETINGS_COLLECTION_PATH: "`meetings`",
  MEETINGS_QUERY_MODE: "`collection`",
  MEETING_STATUS_FIELD: "`status`",
  MEETING_STATUS_VALUES: "`scheduled`",
  MEETING_BOT_INSTANCE_FIELD: "`bot_instance_id`",
  BOT_INSTANCE_STATUS_FIELD: "`status`",
  BOT_INSTANCE_QUEUED_VALUE: "`queued`",
  BOT_INSTANCE_PROCESSING_VALUE: "`processing`",
  BOT_INSTANCE_DONE_VALUE: "`done`",
  BOT_INSTANCE_FAILED_VALUE: "`failed`",
  NODE_ENV: "`development`",
  MAX_RECORDING_DURATION_MINUTES: "`600`",
  MEETING_INACTIVITY_MINUTES: "`15`",
  INACTIVITY_DETECTION_START_DELAY_MINUTES: "`5`",
  GCP_DEFAULT_REGION: "`us-central1`",
  SCRATCH_STORAGE_SIZE: "`50Gi`",
  CONTROLLER_ID: "`$HOSTNAME`, else `$K_REVISION`, else `controller`",
};

describe("docs/configuration.md", function () {
  this.timeout(20_000);
  const page = readFileSync(PAGE, "utf8");

  it("is what the definitions in the code make of it: `npm run docs:configuration` mends it", () => {
    const { status, stdout, stderr } = runScript("configuration-page.ts", ".", {});
    expect({ status, stderr }).to.deep.equal({ status: 0, stderr: "" });
    expect(page).to.equal(stdout);
  });

  for (const [name, value] of Object.entries(REQUIRED)) {
    it(`has ${name} with its default`, () => {
      expect(page).to.contain(`| \`${name}\` | ${value} | `);
    });
  }

  it("says that POLL_INTERVAL has no effect", () => {
    expect(page).to.match(/## Without effect\n\n- `POLL_INTERVAL`/);
  });

  it("names every variable once", () => {
    const names = [...page.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name);
    expect(names).to.have.lengthOf.above(40);
    expect(new Set(names)).to.have.property("size", names.length);
  });
});
