import { join } from 'node:path'

/** What a profile is, to every command that takes one. */
export const profileHelp = 'device profile, as pare profile writes it'

/** Where this machine's profile is kept by default, and that of its browser. */
export const defaultProfile = join('profiles', 'this-machine.profile')
export const browserProfile = join('profiles', 'browser.profile')
