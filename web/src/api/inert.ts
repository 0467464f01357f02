/** The marks that turn the direction of all that follows, or hide in it. A name that holds one could rewrite the sentence around it. */
const turning = /[\u202A-\u202E\u2066-\u2069]/g

/** inert makes what people typed harmless to the text around it: marks that turn its direction show as what they are. */
export function inert(text: string): string {
  return text.replace(turning, '\uFFFD')
}

/** parseInert reads JSON, its texts made inert on the way. */
export function parseInert(json: string): unknown {
  return JSON.parse(json, (_, value) => (typeof value === 'string' ? inert(value) : value))
}
