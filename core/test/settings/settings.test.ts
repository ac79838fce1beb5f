import { expect } from "chai";
import { DEFAULT_LEASE_RULES } from "../../src/bot-instance/lease.ts";
import { botSettings } from "../../src/settings/bot.ts";
import { deadlineSettings } from "../../src/settings/deadline.ts";
import { jobSettings } from "../../src/settings/job.ts";
import { leaseSettings } from "../../src/settings/lease.ts";
import { managerSettings } from "../../src/settings/manager.ts";
import { linkSettings, meetingsSettings } from "../../src/settings/meetings.ts";
import { namingOf, namingSettings } from "../../src/settings/naming.ts";
import { projectSettings } from "../../src/settings/project.ts";
import { readSettings } from "../../src/settings/read-settings.ts";
import { recordingSettings } from "../../src/settings/recording.ts";
import type { Setting } from "../../src/settings/setting.ts";
import { NAMING } from "../support/instances.ts";

describe("the settings of a fresh deployment", () => {
  it("are the lease rules that the design states", () => {
    const { recordingFormats } = recordingSettings;
    const rules = readSettings({ ...leaseSettings, ...linkSettings, recordingFormats }, {});
    expect(rules).to.deep.equal(DEFAULT_LEASE_RULES);
    expect(DEFAULT_LEASE_RULES).to.include({
      launchLeaseSeconds: 60,
      startLeaseSeconds: 600,
      heartbeatLeaseSeconds: 120,
      heartbeatLostSeconds: 300,
      maxAttempts: 3,
    });
  });

  it("give several signs of life within one lease", () => {
    const { heartbeatSeconds } = readSettings(managerSettings, {});
    expect(heartbeatSeconds * 3).to.be.at.most(DEFAULT_LEASE_RULES.heartbeatLeaseSeconds);
  });

  it("name fields and values as the requirements do", () => {
    expect(namingOf(readSettings(namingSettings, {}))).to.deep.equal(NAMING);
  });

  it("have one variable each", () => {
    const groups = [
      projectSettings,
      meetingsSettings,
      linkSettings,
      namingSettings,
      leaseSettings,
      managerSettings,
      botSettings,
      deadlineSettings,
      jobSettings,
    ];
    const all: Setting<unknown>[] = groups.flatMap((group) => Object.values(group));
    expect(new Set(all.map(({ name }) => name))).to.have.property("size", all.length);
  });
});

describe("namingOf", () => {
  it("renames every field and value", () => {
    const naming = namingOf(
      readSettings(namingSettings, {
        MEETING_STATUS_FIELD: "state",
        MEETING_STATUS_VALUES: "planned,confirmed",
        MEETING_CANCEL_VALUES: "dropped, gone",
        MEETING_BOT_INSTANCE_FIELD: "bot",
        BOT_INSTANCE_STATUS_FIELD: "condition",
        BOT_INSTANCE_QUEUED_VALUE: "Q",
        BOT_INSTANCE_PROCESSING_VALUE: "P",
        BOT_INSTANCE_DONE_VALUE: "D",
        BOT_INSTANCE_FAILED_VALUE: "F",
        BOT_INSTANCE_CANCELLED_VALUE: "C",
      }),
    );
    expect(naming).to.deep.equal({
      meeting: {
        statusField: "state",
        statusValues: ["planned", "confirmed"],
        cancelValues: ["dropped", "gone"],
        instanceField: "bot",
      },
      instanceStatusField: "condition",
      instanceStatus: { queued: "Q", processing: "P", done: "D", failed: "F", cancelled: "C" },
    });
  });
});
