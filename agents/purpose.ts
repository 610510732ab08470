/** Names the random stream of a choice: one a site, and one more for each further proposal of the same trial. */
export function purposeOf(what: string, site: number, attempt: number): string {
  return attempt === 0 ? `${what} ${site}` : `${what} ${site}, attempt ${attempt}`
}
