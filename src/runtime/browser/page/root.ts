/** Address of the page; a worker's own is that of its script. */
export const root = new URL('../', import.meta.url)
