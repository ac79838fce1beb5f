import { pathToFileURL } from "node:url";
import { crc32 } from "node:zlib";

const MANIFEST = "META-INF/MANIFEST.MF";
/** A line of a manifest holds at most 72 bytes, its end not counted (JAR File Specification). */
const LINE_BYTES = 72;

/**
 * A jar that `java -jar` starts a class with, which is in other jars, or in folders of classes: those end in
 * a slash. `java -jar` is the only way that firebase-tools has.
 */
export function launcherJar(mainClass: string, classPath: readonly string[]): Buffer {
  const headers = {
    "Manifest-Version": "1.0",
    "Main-Class": mainClass,
    "Class-Path": classPath.map((path) => pathToFileURL(path).href).join(" "),
  };
  const lines = Object.entries(headers).map(([name, value]) => foldLine(`${name}: ${value}`));
  return zipOf(MANIFEST, Buffer.from(`${lines.join("")}\r\n`));
}

/** Breaks an ASCII header into lines of 72 bytes; a continuation starts with one space. */
export function foldLine(header: string): string {
  const rest = header.slice(LINE_BYTES).match(new RegExp(`.{1,${LINE_BYTES - 1}}`, "g")) ?? [];
  return [header.slice(0, LINE_BYTES), ...rest.map((part) => ` ${part}`)]
    .join("\r\n")
    .concat("\r\n");
}

/** A zip archive with one stored (uncompressed) file, as APPNOTE.TXT 4.3 describes it. */
function zipOf(name: string, content: Buffer): Buffer {
  const entry = entryHeader(name, content);
  const local = Buffer.concat([signature(0x0403_4b50), entry, Buffer.from(name), content]);
  const directory = Buffer.concat([
    signature(0x0201_4b50),
    uint16(20), // made by version 2.0
    entry,
    Buffer.alloc(14), // no comment, disk 0, no attributes, the local header is at 0
    Buffer.from(name),
  ]);
  const end = [signature(0x0605_4b50), Buffer.alloc(4), uint16(1), uint16(1)];
  const sizes = [uint32(directory.length), uint32(local.length), uint16(0)];
  return Buffer.concat([local, directory, ...end, ...sizes]);
}

/** The 26 bytes that the local header and the central directory have in common. */
function entryHeader(name: string, content: Buffer): Buffer {
  return Buffer.concat([
    uint16(20), // needs version 2.0
    Buffer.alloc(8), // no flags, stored, no time
    uint32(crc32(content)),
    uint32(content.length),
    uint32(content.length),
    uint16(name.length),
    uint16(0), // no extra field
  ]);
}

const signature = (value: number): Buffer => uint32(value);

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
