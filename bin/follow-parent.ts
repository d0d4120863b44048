/**
 * Loaded before the program of every child: when the supervisor is gone, however it went, the child takes its leave as
 * if it had been asked to. Without this a killed supervisor would leave a server on its port.
 */
process.once("disconnect", () => process.kill(process.pid, "SIGTERM"));
// The line to the parent must not keep a finished program alive.
process.channel?.unref();
