import { chmod, symlink, writeFile } from "node:fs/promises";
import { expect } from "chai";
import { findFfmpegBinaries } from "../../src/media/ffmpeg-binaries.ts";
import { npmBuild } from "./support/builds.ts";
import { useScratch } from "./support/scratch.ts";

describe("the choice of ffmpeg", function () {
  this.timeout(20_000);
  const scratch = useScratch();

  it("takes npm's build when nothing else is there", async () => {
    const binaries = await findFfmpegBinaries({ ffmpegPath: "", searchPath: scratch.path() });
    expect(binaries.ffmpeg).to.contain("@ffmpeg-installer");
    expect(binaries.ffprobe).to.contain("@ffprobe-installer");
    expect(binaries).to.include({
      version: "N-47683-g0e8eb07980-static",
      frameTimingOption: "-vsync",
    });
  });

  it("prefers the search path to npm's build", async () => {
    await symlink(npmBuild.ffmpeg, scratch.path("ffmpeg"));
    const { ffmpeg, ffprobe } = await findFfmpegBinaries({ searchPath: `/none:${scratch.path()}` });
    expect({ ffmpeg, ffprobe }).to.deep.equal({
      ffmpeg: scratch.path("ffmpeg"),
      ffprobe: npmBuild.ffprobe,
    });
  });

  it("prefers the configured paths to everything", async () => {
    const { ffmpeg, ffprobe } = npmBuild;
    await writeFile(scratch.path("ffmpeg"), "#!/bin/sh\nexit 1\n", { mode: 0o755 });
    const binaries = await findFfmpegBinaries({
      ffmpegPath: ffmpeg,
      ffprobePath: ffprobe,
      searchPath: scratch.path(),
    });
    expect(binaries).to.include({ ffmpeg, ffprobe });
  });

  it("knows a build that has -fps_mode by its options", async () => {
    const script = `#!/bin/sh\ncase "$1" in -version) echo "ffmpeg version 7.1 Copyright";; *) echo "-fps_mode set";; esac\n`;
    await writeFile(scratch.path("ffmpeg"), script);
    await chmod(scratch.path("ffmpeg"), 0o755);
    const binaries = await findFfmpegBinaries({ searchPath: scratch.path() });
    expect(binaries).to.include({ version: "7.1", frameTimingOption: "-fps_mode" });
  });

  it("refuses a configured path that cannot be run", async () => {
    const error = await findFfmpegBinaries({ ffmpegPath: scratch.path("none") }).catch((e) => e);
    expect(error.message).to.equal(`${scratch.path("none")} cannot be run`);
    expect(error.cause).to.include({ code: "ENOENT" });
  });
});
