// A supervisor whose answer gets lost.
process.send = () => true;
await import("../../../src/launchers/local/run-main.ts");
