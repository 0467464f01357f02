/** What is wrong with a new password before anybody asks the server, which decides. */
export type PasswordProblem = 'short' | 'differs' | null

export const passwordMin = 12

/** passwordProblem counts characters as people do, not as bytes. */
export function passwordProblem(password: string, repeat: string): PasswordProblem {
  if ([...password].length < passwordMin) return 'short'
  return password === repeat ? null : 'differs'
}
