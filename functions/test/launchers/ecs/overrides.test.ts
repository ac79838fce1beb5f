import { expect } from "chai";
import { explainMisfit, type Fitted, fitOverrides } from "../../../src/launchers/ecs/overrides.ts";
import { REQUEST } from "./support/requests.ts";

const fit = (environment: Record<string, string>, botEnvironment = REQUEST.botEnvironment) =>
  fitOverrides({ environment, botEnvironment, timeoutSeconds: 45 }, 50);

function overridesIn(fitted: Fitted) {
  if (!fitted.ok) throw new Error(`does not fit: ${fitted.characters}`);
  return fitted.overrides;
}
function managersIn(fitted: Fitted): Record<string, string> {
  const [manager] = overridesIn(fitted).containerOverrides;
  return Object.fromEntries((manager?.environment ?? []).map(({ name, value }) => [name, value]));
}
const lengthOf = (fitted: Fitted) => JSON.stringify(overridesIn(fitted)).length;

describe("fitOverrides", () => {
  it("tells each container what it must know, the manager its time-out, and the task its disk", () => {
    expect(overridesIn(fit({ CLAIM_TOKEN: "t", BOT_NAME: "Ann" }))).to.deep.equal({
      containerOverrides: [
        {
          name: "manager",
          environment: [
            { name: "CLAIM_TOKEN", value: "t" },
            { name: "BOT_NAME", value: "Ann" },
            { name: "EXECUTION_TIMEOUT_SECONDS", value: "45" },
          ],
        },
        {
          name: "meeting-bot",
          environment: [{ name: "MAX_RECORDING_DURATION_MINUTES", value: "60" }],
        },
      ],
      ephemeralStorage: { sizeInGiB: 50 },
    });
  });

  it("fills ECS's 8192 characters to the last, and drops what is dispensable at one more", () => {
    const room = 8192 - lengthOf(fit({ GCS_PATH: "", CLAIM_TOKEN: "t" }));
    const exact = fit({ GCS_PATH: "p".repeat(room), CLAIM_TOKEN: "t" });
    expect(lengthOf(exact)).to.equal(8192);
    expect(managersIn(exact)).to.have.property("GCS_PATH");
    const over = fit({ GCS_PATH: "p".repeat(room + 1), CLAIM_TOKEN: "t" });
    expect(managersIn(over)).to.have.all.keys("CLAIM_TOKEN", "EXECUTION_TIMEOUT_SECONDS");
  });

  it("drops the longest first, and no more than must go", () => {
    const kept = managersIn(
      fit({
        CLAIM_TOKEN: "t",
        BOT_NAME: "n".repeat(3000),
        CREATOR_USER_ID: "u".repeat(3001),
        CREATOR_ORGANIZATION_ID: "o".repeat(3002),
        GCS_PATH: "p".repeat(100),
      }),
    );
    expect(kept).to.include.keys("CLAIM_TOKEN", "BOT_NAME", "CREATOR_USER_ID", "GCS_PATH");
    expect(kept).to.not.have.property("CREATOR_ORGANIZATION_ID");
  });

  it("counts what JSON makes of a value, and a letter beyond ASCII by its bytes", () => {
    expect(managersIn(fit({ BOT_NAME: '"'.repeat(4090) }))).to.not.have.property("BOT_NAME");
    expect(managersIn(fit({ BOT_NAME: "ü".repeat(4090) }))).to.not.have.property("BOT_NAME");
    expect(managersIn(fit({ BOT_NAME: "u".repeat(4090) }))).to.have.property("BOT_NAME");
  });

  it("never drops what matters: it says what is too long", () => {
    const fitted = fit({ CLAIM_TOKEN: "t", BOT_NAME: "Ann", WEBHOOK_URL: "w".repeat(9000) });
    if (fitted.ok) throw new Error("fits");
    expect(fitted).to.include({ longest: "WEBHOOK_URL" });
    expect(explainMisfit(fitted)).to.match(/takes 9\d{3} characters, and ECS allows 8192: shorten/);
  });

  it("counts the bot's variables as well", () => {
    expect(fit({}, { LONG: "x".repeat(8192) })).to.include({ ok: false, longest: "LONG" });
  });
});
