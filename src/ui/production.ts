/**
 * React reads NODE_ENV when it is first imported. Its development build would keep a performance entry of every render,
 * which never are released: a leak over the hours that a search may take.
 */
process.env.NODE_ENV ??= 'production'
