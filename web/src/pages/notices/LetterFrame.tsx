import { nonce } from '../../boot'
import classes from './Template.module.css'

/**
 * LetterFrame shows a mail as a mail program would, and inert: a sandbox without scripts, forms or ways out, under
 * the page's own policy. Its one style sheet is given the page's nonce, without which the policy would refuse it.
 * Each text has a frame of its own: one that is given a second text while it loads the first may keep the first.
 */
export function LetterFrame({ html, title }: { html: string; title: string }) {
  const page = html.replace('<style>', `<style nonce="${nonce}">`)
  return <iframe key={page} sandbox="" srcDoc={page} title={title} className={classes.frame} />
}
