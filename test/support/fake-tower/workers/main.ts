/** Stands for the workers in tests of the supervisor: stays until asked to end. */
const stay = setInterval(() => {}, 60_000);
process.on("SIGTERM", () => clearInterval(stay));
