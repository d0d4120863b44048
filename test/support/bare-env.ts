/** What a process needs of ours and no more: where programs are, and what Node compiled before. Settings of whoever runs the tests must not reach what is tested. */
export function bare(): NodeJS.ProcessEnv {
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  return { PATH, ...(NODE_COMPILE_CACHE !== undefined && { NODE_COMPILE_CACHE }) };
}
